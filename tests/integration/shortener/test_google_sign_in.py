"""Signing in against a real OpenID provider: another process, real keys, real PKCE."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes.openid_provider import CLIENT_ID, CLIENT_SECRET, RunningProvider, running_provider
from tests.fakes.shortener_account import Account, Handler, http_event

HOME = "https://app.example/signed-in"
VERIFIER = "v" * 43
NONCE = "a nonce of mine"


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def sign_in(load: Callable[..., Handler], provider: RunningProvider) -> Handler:
    return load(
        "sign_in",
        GOOGLE_ISSUER=provider.issuer,
        GOOGLE_TOKEN_URL=f"{provider.issuer}/token",
        GOOGLE_JWKS_URL=f"{provider.issuer}/jwks",
        GOOGLE_CLIENT_ID=CLIENT_ID,
        GOOGLE_REDIRECT_URIS=HOME,
    )


def google(provider: RunningProvider, **changes: str) -> dict[str, Any]:
    """The request of a browser that comes back from the provider."""
    code = provider.sign_in(subject="ada", verifier=VERIFIER, nonce=NONCE, redirect_uri=HOME)
    body = {"code": code, "codeVerifier": VERIFIER, "redirectUri": HOME, "nonce": NONCE, **changes}
    return http_event("POST /auth/google", body=body)


def refresh(token: str) -> dict[str, Any]:
    return http_event("POST /auth/refresh", body={"refreshToken": token})


def body(reply: dict[str, Any]) -> Any:
    return json.loads(reply["body"])


def test_signed_in_person_may_use_the_api(
    provider: RunningProvider, sign_in: Handler, load: Callable[..., Handler]
) -> None:
    reply = sign_in(google(provider), None)
    assert reply["statusCode"] == 200, reply
    tokens = body(reply)
    assert (tokens["tokenType"], tokens["expiresIn"], tokens["role"]) == ("Bearer", 900, "user")
    event = http_event("GET /links", headers={"authorization": f"Bearer {tokens['accessToken']}"})
    allowed = load("authorize")(event, None)
    assert allowed == {"isAuthorized": True, "context": {"userId": tokens["userId"], "role": "user"}}


def test_signing_in_twice_is_the_same_person(provider: RunningProvider, sign_in: Handler) -> None:
    first, second = (body(sign_in(google(provider), None)) for _ in range(2))
    assert first["userId"] == second["userId"]
    assert first["refreshToken"] != second["refreshToken"]


@pytest.mark.parametrize(
    "mischief", ["issuer", "audience", "expired", "nonce", "party", "none", "symmetric", "signature"]
)
def test_wrong_id_token_is_refused(provider: RunningProvider, sign_in: Handler, mischief: str) -> None:
    provider.misbehave(mischief)
    reply = sign_in(google(provider), None)
    assert (reply["statusCode"], body(reply)["error"]["code"]) == (401, "sign_in_refused")


def test_code_works_once(provider: RunningProvider, sign_in: Handler) -> None:
    event = google(provider)
    assert sign_in(event, None)["statusCode"] == 200
    assert sign_in(event, None)["statusCode"] == 401


def test_code_stolen_on_its_way_is_worthless_without_the_verifier(provider: RunningProvider, sign_in: Handler) -> None:
    assert sign_in(google(provider, codeVerifier="w" * 43), None)["statusCode"] == 401


def test_redirect_address_must_be_registered(provider: RunningProvider, sign_in: Handler) -> None:
    reply = sign_in(google(provider, redirectUri="https://evil.example"), None)
    assert (reply["statusCode"], body(reply)["error"]["details"][0]["field"]) == (422, "redirectUri")


def test_providers_new_keys_are_fetched_once(provider: RunningProvider, sign_in: Handler) -> None:
    assert sign_in(google(provider), None)["statusCode"] == 200
    provider.rotate_keys()
    before = provider.key_fetches()
    assert [sign_in(google(provider), None)["statusCode"] for _ in range(3)] == [200] * 3
    assert provider.key_fetches() == before + 1


def test_provider_that_fails_is_503(provider: RunningProvider, sign_in: Handler) -> None:
    provider.misbehave("unavailable")
    assert sign_in(google(provider), None)["statusCode"] == 503


def test_client_secret_is_sent_when_there_is_one(account: Account, provider: RunningProvider, sign_in: Handler) -> None:
    name = f"/shortener/{account.stage}/google-client-secret"
    account.client("ssm").put_parameter(Name=name, Value=CLIENT_SECRET, Type="SecureString")
    assert sign_in(google(provider), None)["statusCode"] == 200


def test_refresh_token_works_once_and_its_theft_ends_the_session(provider: RunningProvider, sign_in: Handler) -> None:
    first = body(sign_in(google(provider), None))["refreshToken"]
    second = body(sign_in(refresh(first), None))["refreshToken"]
    assert sign_in(refresh(first), None)["statusCode"] == 401
    assert sign_in(refresh(second), None)["statusCode"] == 401


def test_malformed_request_is_422_with_each_field(sign_in: Handler) -> None:
    reply = sign_in(http_event("POST /auth/google", body={"code": "", "codeVerifier": "short"}), None)
    assert reply["statusCode"] == 422
    assert {one["field"] for one in body(reply)["error"]["details"]} == {"code", "codeVerifier", "redirectUri", "nonce"}


def test_nothing_about_the_person_is_logged_or_archived(
    account: Account, provider: RunningProvider, sign_in: Handler, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens = body(sign_in(google(provider), None))
    events = [record["dynamodb"]["NewImage"]["event"]["S"] for record in account.stream() if is_event(record)]
    assert any("user_signed_in" in event for event in events)
    text = capsys.readouterr().out + "".join(events)
    assert "@example.com" not in text
    assert tokens["accessToken"] not in text
    assert tokens["refreshToken"] not in text


def is_event(record: dict[str, Any]) -> bool:
    return bool(record["dynamodb"]["Keys"]["PK"]["S"].startswith("EVENT#"))
