"""Payload format 1.0 of an HTTP API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.model import Route
from emulator.payloads import http_api_v1
from emulator.payloads.api_call import Authorized
from tests.fakes.http_apis import call, request


def answered(answer: Any) -> tuple[int, list[tuple[str, str]], bytes] | None:
    response = http_api_v1.response(json.dumps(answer).encode())
    return None if response is None else (response.status, list(response.headers), response.body)


def test_repeated_values_are_listed_and_the_last_one_stands_alone() -> None:
    asked = request(headers=(("x-a", "1"), ("x-a", "2"), ("host", "h")), query="q=1&q=2")
    event = http_api_v1.event(call(asked))
    assert (event["headers"]["x-a"], event["multiValueHeaders"]["x-a"]) == ("2", ["1", "2"])
    assert event["queryStringParameters"] == {"q": "2"}
    assert event["multiValueQueryStringParameters"] == {"q": ["1", "2"]}


def test_gateway_writes_its_own_header_names_in_title_case() -> None:
    asked = request(headers=(("host", "h"), ("user-agent", "curl"), ("accept", "*/*")))
    assert sorted(http_api_v1.event(call(asked))["headers"]) == [
        "Content-Length",
        "Host",
        "User-Agent",
        "X-Amzn-Trace-Id",
        "X-Forwarded-For",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
        "accept",
    ]


def test_what_is_empty_is_null() -> None:
    event = http_api_v1.event(call())
    nulls = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body")
    assert all(event[name] is None for name in nulls)
    assert event["requestContext"]["authorizer"] == {}


def test_authorizer_context_lies_flat() -> None:
    authorized = Authorized("lambda", {"userId": "u"}, principal_id="ada")
    context = http_api_v1.event(call(authorized=authorized))["requestContext"]
    assert context["authorizer"] == {"userId": "u", "principalId": "ada"}
    jwt = http_api_v1.event(call(authorized=Authorized("jwt", {"sub": "a"}, ("s",))))["requestContext"]
    assert jwt["authorizer"] == {"claims": {"sub": "a"}, "scopes": ["s"]}


def test_resource_is_the_template_of_the_route() -> None:
    event = http_api_v1.event(call(route=Route("GET", "/links/{code}", "F"), path_parameters={"code": "a"}))
    assert (event["resource"], event["pathParameters"]) == ("/links/{code}", {"code": "a"})


def test_headers_of_both_maps_are_sent() -> None:
    answer = {
        "statusCode": 200,
        "headers": {"content-type": "text/html", "x-a": "single"},
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"], "X-A": ["multi"]},
        "body": "x",
    }
    headers = [("set-cookie", "a=1"), ("set-cookie", "b=2"), ("x-a", "multi"), ("content-type", "text/html")]
    assert answered(answer) == (200, headers, b"x")


@pytest.mark.parametrize("answer", ["text", {"body": "x"}, None, [], {"statusCode": 200, "multiValueHeaders": ["x"]}])
def test_status_code_is_not_inferred(answer: Any) -> None:
    assert answered(answer) is None


@given(st.binary(max_size=50))
def test_no_answer_is_too_strange(payload: bytes) -> None:
    http_api_v1.response(payload)
