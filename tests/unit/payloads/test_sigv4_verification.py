"""Signatures calculated anew, against those of botocore."""

from __future__ import annotations

import calendar
import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.payloads.sigv4 import SignatureError
from emulator.payloads.sigv4_verification import refusal, verified
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


@pytest.mark.parametrize(
    ("prefix", "raw_path"), [("", "/Prod/a%2Fb%20c"), ("/_api/Films", "/Prod/ü".encode().decode("latin-1"))]
)
def test_path_is_verified_as_it_was_sent(prefix: str, raw_path: str) -> None:
    asked = signed(prefix + raw_path)
    here = replace(asked, path="/decoded", raw_path=raw_path, prefix=prefix)
    assert verified(here, "execute-api", KEYS, now(asked)) is not None
    with pytest.raises(SignatureError, match="we calculated does not match"):
        verified(replace(here, raw_path="/Prod/other"), "execute-api", KEYS, now(asked))


def test_presigned_url_is_verified() -> None:
    outgoing = AWSRequest("GET", "http://127.0.0.1:3001/links?b=2&a=%C3%A4")
    SigV4QueryAuth(Credentials("test", "secret", "token"), "lambda", "eu-west-1", expires=60).add_auth(outgoing)
    query = urlsplit(outgoing.url).query
    asked = request(path="/links", query=query, headers=(("host", "127.0.0.1:3001"),))
    assert verified(asked, "lambda", KEYS, 0.0) is not None
    with pytest.raises(SignatureError, match="we calculated does not match"):
        verified(replace(asked, query=query.replace("b=2", "b=3")), "lambda", KEYS, 0.0)


def test_stranger_is_looked_at_no_closer() -> None:
    found = verified(signed(key="AKIAOTHER", secret="guessed"), "execute-api", KEYS, NOW)
    assert found is not None
    assert found.access_key == "AKIAOTHER"
    assert verified(request(), "execute-api", KEYS, NOW) is None


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
