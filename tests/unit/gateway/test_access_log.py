"""The access log in the format of the stage."""

from __future__ import annotations

import json

from emulator.model import Authorizer, Route
from tests.fakes.http_apis import system

JSON_FORMAT = json.dumps(
    {
        "id": "$context.requestId",
        "ip": "$context.identity.sourceIp",
        "agent": "$context.identity.userAgent",
        "route": "$context.routeKey",
        "status": "$context.status",
        "length": "$context.responseLength",
        "user": "$context.authorizer.userId",
        "integration": "$context.integrationStatus",
        "error": "$context.integrationErrorMessage",
        "time": "$context.requestTime",
        "api": "$context.apiId",
        "unknown": "$context.nothing.like.it",
    }
)


def test_line_has_the_values_of_the_request_and_a_dash_for_what_is_not_there() -> None:
    here = system(Route("GET", "/links/{code}", "Worker"), access_log_format=JSON_FORMAT, answer={"statusCode": 302})
    response = here.client().get("/links/a", headers={"User-Agent": 'a "quoted" agent'})
    line = json.loads(here.log_lines[0])
    assert line == {
        "id": response.headers["apigw-requestid"],
        "ip": "127.0.0.1",
        "agent": 'a "quoted" agent',
        "route": "GET /links/{code}",
        "status": "302",
        "length": "0",
        "user": "-",
        "integration": "200",
        "error": "-",
        "time": "14/Nov/2023:22:13:20 +0000",
        "api": "abc123def4",
        "unknown": "-",
    }


def test_context_of_the_authorizer_is_logged() -> None:
    guard = Authorizer("Guard", "lambda", (), function="Guard", simple_responses=True)
    here = system(
        Route("GET", "/", "Worker", authorizer="Guard"),
        authorizers={"Guard": guard},
        access_log_format="$context.authorizer.userId $context.status",
        answer={"isAuthorized": True, "context": {"userId": "u-1"}},
    )
    here.client().get("/")
    assert here.log_lines == ["u-1 200"]


def test_refusals_of_the_gateway_are_logged_with_their_message() -> None:
    here = system(access_log_format='{"status":$context.status,"message":$context.error.messageString}')
    here.client().get("/nowhere")
    assert json.loads(here.log_lines[0]) == {"status": 404, "message": "Not Found"}


def test_malformed_answer_is_explained() -> None:
    here = system(
        Route("GET", "/", "Worker"), access_log_format="$context.integrationErrorMessage", answer={"statusCode": None}
    )
    here.client().get("/")
    assert "format that API Gateway expects" in here.log_lines[0]


def test_api_without_a_format_writes_no_log() -> None:
    here = system(Route("GET", "/", "Worker"))
    here.client().get("/")
    assert here.log_lines == []
