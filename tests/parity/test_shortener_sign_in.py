"""Signing in from outside. With a provider of our own also all the way; with Google only what needs no person."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.parity.conftest import HOME, Shortener

VERIFIER = "v" * 43


def google(shortener: Shortener, **changes: Any) -> requests.Response:
    body = {"code": "c", "codeVerifier": VERIFIER, "redirectUri": HOME, "nonce": "nonce of mine", **changes}
    return shortener.call("POST", "/auth/google", json=body)


def signed_in(shortener: Shortener, subject: str) -> dict[str, Any]:
    if shortener.provider is None:
        pytest.skip("needs the OpenID provider that a session of its own brings")
    code = shortener.provider.sign_in(subject=subject, verifier=VERIFIER, nonce="nonce of mine", redirect_uri=HOME)
    answer = google(shortener, code=code)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_invented_code_is_refused(shortener: Shortener) -> None:
    assert google(shortener).status_code == 401


def test_redirect_address_must_be_registered(shortener: Shortener) -> None:
    answer = google(shortener, redirectUri="https://evil.example")
    assert answer.status_code == 422
    assert answer.json()["error"]["details"][0]["field"] == "redirectUri"


def test_signed_in_person_owns_what_they_create(shortener: Shortener) -> None:
    tokens = signed_in(shortener, "ada")
    headers = {"authorization": f"Bearer {tokens['accessToken']}"}
    created = shortener.call("POST", "/links", json={"url": "https://example.com"}, headers=headers)
    assert created.status_code == 201
    assert created.json()["owner"] == tokens["userId"]


def test_refreshed_token_works_and_the_old_refresh_token_does_not(shortener: Shortener) -> None:
    first = signed_in(shortener, "grace")["refreshToken"]
    renewed = shortener.call("POST", "/auth/refresh", json={"refreshToken": first})
    headers = {"authorization": f"Bearer {renewed.json()['accessToken']}"}
    assert shortener.call("GET", "/links", headers=headers).status_code == 200
    assert shortener.call("POST", "/auth/refresh", json={"refreshToken": first}).status_code == 401


def test_invented_refresh_token_is_refused(shortener: Shortener) -> None:
    assert shortener.call("POST", "/auth/refresh", json={"refreshToken": "invented"}).status_code == 401
