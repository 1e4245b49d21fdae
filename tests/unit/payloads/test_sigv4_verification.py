"""Signatures calculated anew, against those of botocore."""

from __future__ import annotations

import calendar
import time
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.payloads.sigv4_verification import refusal
from tests.fakes.http_apis import request

NOW = 1_705_751_700.0
KEYS = {"test": "secret"}


def signed(
    path: str = "/prod/%40connections/abc%3D",
    *,
    query: str = "",
    key: str = "test",
    secret: str = "secret",
    token: str | None = None,
    body: bytes = b"hello",
    service: str = "execute-api",
) -> Any:
    """A request as the server sees it, signed by botocore at this moment."""
    url = f"http://127.0.0.1:3104{path}" + (f"?{query}" if query else "")
    outgoing = AWSRequest("POST", url, headers={"X-Extra": "a   b"}, data=body)
    SigV4Auth(Credentials(key, secret, token), service, "us-east-1").add_auth(outgoing)
    headers = (("host", "127.0.0.1:3104"), *((name.lower(), value) for name, value in outgoing.headers.items()))
    return request("POST", path, query=query, body=body, headers=headers)


def now(asked: Any) -> float:
    """The moment of its signature."""
    return float(calendar.timegm(time.strptime(asked.header("x-amz-date"), "%Y%m%dT%H%M%SZ")))


@pytest.mark.parametrize("query", ["", "b=2&a=1", "x=%C3%A4%20b&x="])
def test_botocores_signature_is_known(query: str) -> None:
    asked = signed(query=query)
    assert refusal(asked, "execute-api", KEYS, now(asked)) is None


def test_wrong_secret_or_changed_body_is_found_out() -> None:
    guessed, changed = signed(secret="guessed"), signed()
    changed = request("POST", changed.path, body=b"other", headers=changed.headers)
    for asked in (guessed, changed):
        found = refusal(asked, "execute-api", KEYS, now(asked))
        assert found is not None
        assert found.error_type == "InvalidSignatureException"


def test_signature_lasts_five_minutes() -> None:
    asked = signed()
    assert refusal(asked, "execute-api", KEYS, now(asked) + 299) is None
    found = refusal(asked, "execute-api", KEYS, now(asked) + 301)
    assert found is not None
    assert found.error_type == "InvalidSignatureException"


def test_unknown_key_is_refused_unless_it_is_temporary() -> None:
    found = refusal(signed(key="AKIAOTHER"), "execute-api", KEYS, NOW)
    assert found is not None
    assert found.error_type == "UnrecognizedClientException"
    assert refusal(signed(key="ASIAOTHER", token="t"), "execute-api", KEYS, NOW) is None


@pytest.mark.parametrize(
    ("headers", "error_type"),
    [
        ((), "MissingAuthenticationTokenException"),
        ((("authorization", "Bearer x"),), "IncompleteSignatureException"),
        ((("authorization", "AWS4-HMAC-SHA256 Credential=test"),), "IncompleteSignatureException"),
    ],
)
def test_request_without_a_whole_signature_is_refused(headers: Any, error_type: str) -> None:
    found = refusal(request("POST", "/", headers=headers), "execute-api", KEYS, NOW)
    assert found is not None
    assert found.error_type == error_type


def test_signature_for_another_service_is_refused() -> None:
    found = refusal(signed(service="s3"), "execute-api", KEYS, NOW)
    assert found is not None
    assert found.error_type == "IncompleteSignatureException"
