"""AWS_IAM on methods of REST APIs: a signature has to be there, and well."""

from __future__ import annotations

import pytest

from emulator.gateway.rest.iam_authorizer import IamAuthorizer
from emulator.gateway.rest.ports import Refusal
from emulator.payloads.rest_call import RestAuthorized, RestCall
from emulator.payloads.rest_context import request_context
from tests.fakes.function_urls import signed
from tests.fakes.moved_clock import MovedClock
from tests.fakes.rest_calls import asked, rest_call


def ask(call: RestCall) -> RestAuthorized | Refusal:
    return IamAuthorizer(MovedClock().now, {"test": "secret"}).authorize(call)


def with_headers(headers: dict[str, str]) -> RestCall:
    return rest_call(asked(**{name.replace("-", "_"): value for name, value in headers.items()}))


def test_signed_request_says_who_calls() -> None:
    verdict = ask(with_headers(signed("execute-api", access_key="AKIDEXAMPLE")))
    assert isinstance(verdict, RestAuthorized)
    call = rest_call(authorized=verdict)
    identity = request_context(call)["identity"]
    assert (identity["accessKey"], identity["userArn"]) == ("AKIDEXAMPLE", "arn:aws:iam::123456789012:root")
    assert "authorizer" not in request_context(call)


def test_unsigned_request_misses_its_token() -> None:
    assert ask(rest_call(asked())) == Refusal("MISSING_AUTHENTICATION_TOKEN")


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({"authorization": "Bearer abc"}, "'abc' not a valid key=value pair (missing equal-sign)"),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=x"}, "requires 'Signature' parameter."),
        (signed("lambda"), "Credential should be scoped to correct service: 'execute-api'."),
        (signed("execute-api", access_key="test"), "The request signature we calculated does not match"),
        (signed("execute-api", SignedHeaders="x-amz-date"), "'Host' or ':authority' must be a 'SignedHeader'"),
    ],
)
def test_badly_signed_request_is_told_what_is_wrong(headers: dict[str, str], part: str) -> None:
    verdict = ask(with_headers(headers))
    assert isinstance(verdict, Refusal)
    assert verdict.response_type == "INVALID_SIGNATURE"
    assert part in (verdict.message or "")
