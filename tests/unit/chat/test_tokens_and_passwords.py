"""Our own tokens and password hashes."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from chat.adapters.argon2_passwords import Argon2Passwords
from chat.adapters.json_web_tokens import ACCESS_S, JwtAccessTokens, JwtRefreshTokens, SignedTokens
from chat.domain.errors import SessionEndedError
from chat.domain.model import Caller, Session
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.fakes.chat_ports import NOW, FakeNow

SECRET = "a secret of at least thirty-two bytes"
ADA = Caller("ada", "session")


def tokens(now: FakeNow | None = None) -> JwtAccessTokens:
    now = now or FakeNow()
    return JwtAccessTokens(SignedTokens(lambda: SECRET, "chat-dev", "chat", now), now)


def signed(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    right = {"sub": "ada", "sid": "session", "jti": "1", "iss": "chat-dev", "aud": "chat", "exp": int(NOW) + 60}
    left = {name: value for name, value in {**right, **claims}.items() if value is not None}
    return jwt.encode({"alg": algorithm}, left, OctKey.import_key(secret), algorithms=[algorithm])


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_token_tells_whom_and_in_which_session_for_a_quarter_of_an_hour() -> None:
    now = FakeNow()
    ours = tokens(now)
    token = ours.issue(ADA)
    now.now += ACCESS_S - 1
    assert ours.read(token) == ADA
    now.now += 2
    with pytest.raises(SessionEndedError):
        ours.read(token)


def test_no_two_tokens_are_the_same() -> None:
    assert tokens().issue(ADA) != tokens().issue(ADA)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "elsewhere"},
        {"aud": "chat-refresh"},
        {"exp": int(NOW) - 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iss": None},
        {"aud": None},
        {"sub": None},
        {"sid": None},
        {"jti": None},
    ],
)
def test_token_must_say_everything_and_rightly(claims: dict[str, Any]) -> None:
    assert tokens().read(signed()) == ADA
    with pytest.raises(SessionEndedError):
        tokens().read(signed(**claims))


def test_forged_tokens_are_refused() -> None:
    head, body, signature = signed().split(".")
    for forged in (
        signed("another secret of at least thirty-two bytes"),
        signed(algorithm="HS512"),
        f"{part({'alg': 'none'})}.{body}.",
        f"{part({'alg': 'None', 'typ': 'JWT'})}.{body}.{signature}",
        f"{head}.{part({'sub': 'eve'})}.{signature}",
    ):
        with pytest.raises(SessionEndedError):
            tokens().read(forged)


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(SessionEndedError):
        tokens().read(text)


def test_refresh_token_is_of_another_kind() -> None:
    now = FakeNow()
    refresh = JwtRefreshTokens(SignedTokens(lambda: "x" * 40, "chat-dev", "chat-refresh", now))
    session = Session("session", "ada", "current", int(NOW) + 60)
    token = refresh.issue(session)
    assert refresh.read(token) == ("session", "current")
    with pytest.raises(SessionEndedError):
        tokens(now).read(token)
    with pytest.raises(SessionEndedError):
        refresh.read(tokens(now).issue(ADA))
    now.now += 60
    with pytest.raises(SessionEndedError):
        refresh.read(token)


def test_passwords_are_hashed_by_argon2id_with_a_salt() -> None:
    passwords = Argon2Passwords()
    stored = passwords.hashed("correct horse")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != passwords.hashed("correct horse")
    assert passwords.matches(stored, "correct horse")
    for other in (passwords.hashed("other"), None, "", "no hash"):
        assert not passwords.matches(other, "correct horse")
