from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey
from shortener.adapters.access_tokens import LIFETIME_S, JwtAccessTokens
from shortener.domain.errors import SignInError
from shortener.domain.model import Caller

from seed.shortener.access_token import mint
from tests.fakes.shortener_ports import FakeNow

SECRET = "a secret of at least thirty-two bytes"
ADA = Caller("ada", "admin")


def tokens(now: FakeNow | None = None) -> JwtAccessTokens:
    return JwtAccessTokens(lambda: SECRET, "shortener-dev", "shortener", now or FakeNow())


def signed(secret: str = SECRET, **claims: Any) -> str:
    now = int(FakeNow().now)
    right = {"sub": "ada", "role": "user", "iss": "shortener-dev", "aud": "shortener", "iat": now, "exp": now + 60}
    left = {name: value for name, value in {**right, **claims}.items() if value is not None}
    return jwt.encode({"alg": "HS256"}, left, OctKey.import_key(secret), algorithms=["HS256"])


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_token_tells_whom_it_was_issued_to() -> None:
    ours = tokens()
    assert ours.read(ours.issue(ADA)) == ADA


def test_token_expires() -> None:
    now = FakeNow()
    ours = tokens(now)
    token = ours.issue(ADA)
    now.now += LIFETIME_S + 1
    with pytest.raises(SignInError):
        ours.read(token)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "elsewhere"},
        {"aud": "elsewhere"},
        {"exp": 1},
        {"exp": None},
        {"iss": None},
        {"aud": None},
        {"sub": None},
        {"role": None},
        {"role": "god"},
        {"exp": "tomorrow"},
    ],
)
def test_token_with_a_wrong_or_missing_claim_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(SignInError):
        tokens().read(signed(**claims))


def test_right_token_with_right_claims_passes() -> None:
    assert tokens().read(signed()) == Caller("ada", "user")


def test_token_signed_with_another_secret_is_refused() -> None:
    with pytest.raises(SignInError):
        tokens().read(signed("another secret of at least thirty-two bytes"))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS512", "RS256"])
def test_token_of_another_algorithm_is_refused(algorithm: str) -> None:
    claims = signed().split(".")[1]
    for signature in ("", signed().split(".")[2]):
        with pytest.raises(SignInError):
            tokens().read(f"{part({'alg': algorithm, 'typ': 'JWT'})}.{claims}.{signature}")


@given(st.text() | st.text("abc.=-_", max_size=60))
def test_any_text_is_refused_and_breaks_nothing(text: str) -> None:
    with pytest.raises(SignInError):
        tokens().read(text)


def test_token_minted_for_demo_data_is_accepted() -> None:
    real_now = FakeNow(time.time())
    assert tokens(real_now).read(mint(SECRET, "ada", "admin", "dev")) == ADA
