"""Signatures as AWS's own SDK makes them are recognised, and said to be whose."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.payloads.http_message import HttpRequest
from emulator.payloads.sigv4 import SignatureError, signature
from tests.fakes.http_apis import request

URL = "http://127.0.0.1:3001/Prod/links/a%20b?q=1"
SDK = Credentials("AKIDEXAMPLE", "secret", "a session token")
FAR = 4_000_000_000.0


def sent(signed: AWSRequest) -> HttpRequest:
    url = urlsplit(signed.url)
    headers = (("host", url.netloc), *((name.lower(), str(value)) for name, value in signed.headers.items()))
    return request("POST", "/Prod/links/a b", query=url.query, headers=headers)


@pytest.mark.parametrize("service", ["lambda", "execute-api"])
def test_headers_of_the_sdk_are_a_signature(service: str) -> None:
    asked = AWSRequest("POST", URL, data=b"{}")
    SigV4Auth(SDK, service, "eu-west-1").add_auth(asked)
    found = signature(sent(asked), service, FAR)
    assert found is not None
    assert (found.access_key, found.region, found.presigned) == ("AKIDEXAMPLE", "eu-west-1", False)


def test_presigned_url_of_the_sdk_is_a_signature_until_it_expires() -> None:
    asked = AWSRequest("GET", URL)
    SigV4QueryAuth(SDK, "lambda", "eu-west-1", expires=60).add_auth(asked)
    found = signature(sent(asked), "lambda", 0.0)
    assert found is not None
    assert (found.access_key, found.region, found.presigned) == ("AKIDEXAMPLE", "eu-west-1", True)
    with pytest.raises(SignatureError, match="expired"):
        signature(sent(asked), "lambda", FAR)


def test_signature_for_another_service_is_none() -> None:
    asked = AWSRequest("POST", URL)
    SigV4Auth(SDK, "s3", "eu-west-1").add_auth(asked)
    with pytest.raises(SignatureError, match="correct service: 'lambda'"):
        signature(sent(asked), "lambda", FAR)


def test_unsigned_request_has_none() -> None:
    assert signature(request(), "lambda", FAR) is None
