"""Cognito authorizers of REST APIs, with real keys and pools that are Python functions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from emulator.gateway.jwks import DiscoveryError, KeySource
from emulator.gateway.rest.cognito_authorizer import CognitoAuthorizer
from emulator.gateway.rest.ports import Refusal
from emulator.model import RestAuthorizer
from emulator.payloads.rest_call import RestAuthorized
from tests.fakes.moved_clock import MovedClock
from tests.fakes.rest_calls import asked, rest_api, rest_call, rest_method

NOW = 1_480_537_232
KEY = RSAKey.generate_key(2048, {"kid": "one"})
FOREIGN = RSAKey.generate_key(2048, {"kid": "one"})
ARNS = tuple(f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_{name}" for name in ("first", "second"))
SOURCE = ("method.request.header.Authorization",)
FIRST, SECOND = RestAuthorizer("Pool", "cognito", SOURCE, user_pool_arns=ARNS).issuers
CLAIMS: dict[str, Any] = {"iss": FIRST, "aud": "app", "token_use": "id", "sub": "ada", "exp": NOW + 60, "iat": NOW}


def published(keys: list[dict[str, Any]]) -> Any:
    def fetch(url: str) -> bytes:
        if url.endswith("openid-configuration"):
            return json.dumps({"jwks_uri": "https://keys.example"}).encode()
        if not keys:
            raise DiscoveryError("down")
        return json.dumps({"keys": keys}).encode()

    return fetch


def ask(
    token: str | None, *, scopes: tuple[str, ...] = (), keys: Any = None, **values: Any
) -> RestAuthorized | Refusal:
    """The verdict of an authorizer of two pools that publish the same key, as some emulators do."""
    clock = MovedClock(NOW)
    shown = [KEY.as_dict(private=False)] if keys is None else keys
    pools = [KeySource(issuer, clock.monotonic, published(shown)) for issuer in (FIRST, SECOND)]
    fields: dict[str, Any] = {"identity_sources": SOURCE, "user_pool_arns": ARNS, **values}
    authorizer = CognitoAuthorizer(RestAuthorizer("Pool", "cognito", **fields), pools, clock.now)
    sent = asked() if token is None else asked(authorization=token)
    return authorizer.authorize(rest_call(sent, api=rest_api(rest_method(scopes=scopes))))


def token(key: Any = KEY, **claims: Any) -> str:
    """A signed token; a claim given as None is left out."""
    document = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "one"}, document, key)


def access(**claims: Any) -> str:
    return token(token_use="access", client_id="app", aud=None, **claims)


@pytest.mark.parametrize("prefix", ["", "Bearer "])
@pytest.mark.parametrize("issuer", [FIRST, SECOND])
def test_id_token_of_any_of_the_pools_passes(prefix: str, issuer: str) -> None:
    verdict = ask(prefix + token(iss=issuer))
    assert isinstance(verdict, RestAuthorized)
    assert verdict.claims is not None
    assert verdict.claims["sub"] == "ada"


def test_claims_are_texts_as_a_rest_api_writes_them() -> None:
    verdict = ask(token(**{"cognito:groups": ["admins", "users"], "email_verified": True, "auth_time": NOW}))
    assert isinstance(verdict, RestAuthorized)
    assert verdict.claims is not None
    assert verdict.claims["cognito:groups"] == "admins,users"
    assert (verdict.claims["email_verified"], verdict.claims["auth_time"]) == ("true", "1480537232")
    assert verdict.claims["iat"] == "Wed Nov 30 20:20:32 UTC 2016"


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "",
        "Bearer",
        "not.a.token",
        token(FOREIGN),
        token(iss="https://cognito-idp.us-east-1.amazonaws.com/us-east-1_third"),
        token(iss=None),
        token(exp=None),
        token(exp="tomorrow"),
        token(iat=None),
        token(token_use="access"),
        token(token_use=None),
    ],
)
def test_whatever_is_no_good_id_token_is_unauthorized(bad: str | None) -> None:
    verdict = ask(bad)
    assert isinstance(verdict, Refusal)
    assert (verdict.response_type, verdict.message) == ("UNAUTHORIZED", None)


def test_expired_token_is_told_so() -> None:
    verdict = ask(token(exp=NOW))
    assert isinstance(verdict, Refusal)
    assert (verdict.response_type, verdict.message) == ("UNAUTHORIZED", "The incoming token has expired")


def test_unsigned_token_is_unauthorized() -> None:
    head, body, _ = token().split(".")
    assert isinstance(ask(f"{head}.{body}."), Refusal)


def test_nobody_passes_while_the_pool_cannot_be_asked() -> None:
    assert isinstance(ask(token(), keys=[]), Refusal)


def test_method_with_scopes_takes_access_tokens_that_have_one_of_them() -> None:
    assert isinstance(ask(access(scope="links/read links/write"), scopes=("links/write", "x")), RestAuthorized)


@pytest.mark.parametrize("bad", [token(), access(scope="links/read"), access(), token(scope="links/write")])
def test_method_with_scopes_refuses_every_other_token(bad: str) -> None:
    verdict = ask(bad, scopes=("links/write",))
    assert isinstance(verdict, Refusal)
    assert verdict.response_type == "UNAUTHORIZED"


@pytest.mark.parametrize(("audience", "passes"), [("app", True), ("app2", False), ("another", False)])
def test_audience_has_to_match_the_expression(audience: str, passes: bool) -> None:
    verdict = ask(token(aud=audience), validation_expression="app")
    assert isinstance(verdict, RestAuthorized) is passes
