"""What a REST API answers itself, with and without gateway responses of its own."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.gateway.rest.gateway_responses import CustomGatewayResponses
from emulator.gateway.rest.ports import Refusal
from emulator.model import GatewayResponse
from emulator.payloads.http_message import HttpResponse
from tests.fakes.rest_calls import asked, rest_api, rest_call


def rendered(refusal: Refusal | str, *custom: GatewayResponse, sent: Any = None, **values: Any) -> HttpResponse:
    here = rest_api(gateway_responses={each.response_type: each for each in custom}, **values)
    meant = refusal if isinstance(refusal, Refusal) else Refusal(refusal)
    return CustomGatewayResponses(here).render(meant, rest_call(sent or asked(), api=here))


@pytest.mark.parametrize(
    ("response_type", "status", "error_type", "body"),
    [
        (
            "ACCESS_DENIED",
            403,
            "AccessDeniedException",
            b'{"Message":"User is not authorized to access this resource"}',
        ),
        ("API_CONFIGURATION_ERROR", 500, "InternalServerErrorException", b'{"message": "Internal server error"}'),
        ("AUTHORIZER_CONFIGURATION_ERROR", 500, "AuthorizerConfigurationException", b'{"message":null}'),
        ("AUTHORIZER_FAILURE", 500, "AuthorizerFailureException", b'{"message":null}'),
        ("BAD_REQUEST_BODY", 400, "BadRequestException", b'{"message": "Invalid request body"}'),
        ("INTEGRATION_TIMEOUT", 504, "InternalServerErrorException", b'{"message": "Endpoint request timed out"}'),
        ("INVALID_API_KEY", 403, "ForbiddenException", b'{"message":"Forbidden"}'),
        (
            "MISSING_AUTHENTICATION_TOKEN",
            403,
            "MissingAuthenticationTokenException",
            b'{"message":"Missing Authentication Token"}',
        ),
        ("QUOTA_EXCEEDED", 429, "LimitExceededException", b'{"message":"Limit Exceeded"}'),
        ("REQUEST_TOO_LARGE", 413, "RequestTooLargeException", b'{"message":"Request Too Long"}'),
        ("THROTTLED", 429, "TooManyRequestsException", b'{"message":"Too Many Requests"}'),
        ("UNAUTHORIZED", 401, "UnauthorizedException", b'{"message":"Unauthorized"}'),
        ("UNSUPPORTED_MEDIA_TYPE", 415, "BadRequestException", b'{"message": "Unsupported Media Type"}'),
        ("WAF_FILTERED", 403, "ForbiddenException", b'{"message":"Forbidden"}'),
    ],
)
def test_answer_of_its_own_is_awss(response_type: str, status: int, error_type: str, body: bytes) -> None:
    response = rendered(response_type)
    assert (response.status, response.body) == (status, body)
    assert dict(response.headers) == {"content-type": "application/json", "x-amzn-errortype": error_type}


def test_refusal_may_say_it_in_its_own_words_and_status() -> None:
    response = rendered(Refusal("DEFAULT_5XX", "Internal server error", 502))
    assert (response.status, response.body) == (502, b'{"message": "Internal server error"}')


def test_unknown_refusal_is_an_internal_error() -> None:
    assert rendered("SOMETHING_NEW").status == 500


def test_template_and_headers_are_filled_in() -> None:
    custom = GatewayResponse(
        "UNAUTHORIZED",
        403,
        {
            "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
            "gatewayresponse.header.X-Path": "method.request.path.code",
            "gatewayresponse.header.X-Asked": "method.request.header.X-Asked",
            "gatewayresponse.header.X-Missing": "method.request.querystring.missing",
            "gatewayresponse.header.X-Type": "context.error.responseType",
        },
        {"application/json": '{"m": $context.error.messageString, "id": "$context.apiId", "v": "$stageVariables.v"}'},
    )
    response = rendered("UNAUTHORIZED", custom, sent=asked(x_asked="1"), stage_variables={"v": "blue"})
    assert (response.status, response.body) == (403, b'{"m": "Unauthorized", "id": "abc123def4", "v": "blue"}')
    headers = dict(response.headers)
    assert headers["access-control-allow-origin"] == "*"
    assert (headers["x-path"], headers["x-asked"], headers["x-type"]) == ("abc", "1", "UNAUTHORIZED")
    assert "x-missing" not in headers


def test_default_response_serves_the_types_without_one() -> None:
    headers = {"gatewayresponse.header.X-Own": "'4xx'"}
    default = GatewayResponse("DEFAULT_4XX", parameters=headers)
    own = GatewayResponse("THROTTLED", 420)
    denied = rendered("ACCESS_DENIED", default, own)
    assert (denied.status, denied.body) == (403, b'{"message":"User is not authorized to access this resource"}')
    assert dict(denied.headers)["x-own"] == "4xx"
    assert rendered("THROTTLED", default, own).status == 420
    assert "x-own" not in dict(rendered("INTEGRATION_TIMEOUT", default, own).headers)


def test_default_response_changes_the_status_of_all_its_types() -> None:
    assert rendered("INTEGRATION_TIMEOUT", GatewayResponse("DEFAULT_5XX", 503)).status == 503


def test_accept_header_chooses_the_template() -> None:
    custom = GatewayResponse(
        "THROTTLED", templates={"application/json": "{}", "text/plain": "slow down: ${context.error.message}!"}
    )
    response = rendered("THROTTLED", custom, sent=asked(accept="text/plain"))
    assert (dict(response.headers)["content-type"], response.body) == ("text/plain", b"slow down: Too Many Requests!")
    assert rendered("THROTTLED", custom).body == b"{}"


def test_reason_of_a_refused_body_reaches_the_template() -> None:
    custom = GatewayResponse("BAD_REQUEST_BODY", templates={"application/json": "$context.error.validationErrorString"})
    refusal = Refusal("BAD_REQUEST_BODY", "Invalid request body", validation_error="[name is missing]")
    assert rendered(refusal, custom).body == b"[name is missing]"


def test_unknown_variables_are_left_out_and_other_dollars_left_alone() -> None:
    custom = GatewayResponse("THROTTLED", templates={"application/json": "$5 $context.nothing|$input.body"})
    assert rendered("THROTTLED", custom).body == b"$5 |$input.body"


def test_client_cannot_break_out_of_a_header() -> None:
    custom = GatewayResponse("THROTTLED", parameters={"gatewayresponse.header.X-Echo": "method.request.querystring.q"})
    response = rendered("THROTTLED", custom, sent=asked(query="q=a%0d%0aset-cookie:%20b"))
    assert "x-echo" not in dict(response.headers)
