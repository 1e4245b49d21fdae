"""Payload format 2.0: what a function gets and what its answer means."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.gateway.event_json import event_json
from emulator.model import Route
from emulator.payloads import http_api_v2
from emulator.payloads.api_call import Authorized
from tests.fakes.http_apis import api, call, request

TYPE = "content-type"


def answered(answer: Any) -> tuple[int, dict[str, str], bytes] | None:
    response = http_api_v2.response(json.dumps(answer).encode())
    return None if response is None else (response.status, dict(response.headers), response.body)


def test_repeated_headers_and_query_values_are_joined_with_commas_in_order() -> None:
    asked = request(headers=(("x-a", "first"), ("host", "h"), ("x-a", "second")), query="q=1&q=2&z=")
    event = http_api_v2.event(call(asked))
    assert event["headers"]["x-a"] == "first,second"
    assert event["queryStringParameters"] == {"q": "1,2", "z": ""}
    assert event["rawQueryString"] == "q=1&q=2&z="


def test_cookies_have_their_own_list() -> None:
    asked = request(headers=(("cookie", "session=abc; theme=dark"), ("cookie", "c=3")))
    event = http_api_v2.event(call(asked))
    assert event["cookies"] == ["session=abc", "theme=dark", "c=3"]
    assert "cookie" not in event["headers"]


def test_gateway_adds_its_own_headers_and_drops_those_of_the_connection() -> None:
    headers = (("connection", "keep-alive"), ("transfer-encoding", "chunked"), ("x-forwarded-for", "10.0.0.1"))
    event = http_api_v2.event(call(request("POST", body=b"abc", headers=headers)))
    assert event["headers"] == {
        "content-length": "3",
        "x-amzn-trace-id": "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0",
        "x-forwarded-for": "10.0.0.1, 127.0.0.1",
        "x-forwarded-port": "3001",
        "x-forwarded-proto": "http",
    }


def test_what_is_empty_is_absent() -> None:
    event = http_api_v2.event(call())
    absent = {"cookies", "queryStringParameters", "pathParameters", "stageVariables", "body"}
    assert absent.isdisjoint(event)
    assert event["isBase64Encoded"] is False
    assert "authorizer" not in event["requestContext"]


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b'{"a":1}', ('{"a":1}', False)),
        ("Application/JSON; charset=utf-8", "é".encode(), ("é", False)),
        ("text/csv", b"a,b", ("a,b", False)),
        ("application/xml", b"<a/>", ("<a/>", False)),
        ("application/octet-stream", b"\x00\x01", ("AAE=", True)),
        ("application/x-www-form-urlencoded", b"a=1", ("YT0x", True)),
        (None, b"hello", ("aGVsbG8=", True)),
        ("text/plain", b"\xff", ("/w==", True)),
    ],
)
def test_body_is_text_or_base64_by_its_type(content_type: str | None, body: bytes, expected: tuple[str, bool]) -> None:
    headers = ((TYPE, content_type),) if content_type else ()
    event = http_api_v2.event(call(request("POST", body=body, headers=headers)))
    assert (event["body"], event["isBase64Encoded"]) == expected


def test_jwt_scopes_are_null_on_a_route_without_scopes() -> None:
    event = http_api_v2.event(call(authorized=Authorized("jwt", {"sub": "ada"})))
    assert event["requestContext"]["authorizer"] == {"jwt": {"claims": {"sub": "ada"}, "scopes": None}}


def test_stage_variables_and_path_parameters() -> None:
    here = api(Route("GET", "/", "Worker"), stage="dev", stage_variables={"a": "1"})
    event = http_api_v2.event(call(api=here, path="/dev/x", path_parameters={"id": "x"}))
    assert (event["stageVariables"], event["pathParameters"]) == ({"a": "1"}, {"id": "x"})
    assert (event["rawPath"], event["requestContext"]["stage"]) == ("/dev/x", "dev")


@given(
    method=st.text(max_size=5),
    path=st.text(max_size=20),
    query=st.text(max_size=20),
    headers=st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=4),
    body=st.binary(max_size=20),
)
def test_every_request_becomes_valid_json(
    method: str, path: str, query: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    asked = request(method, path, query=query, body=body, headers=tuple(headers))
    json.loads(event_json(http_api_v2.event(call(asked))))


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ("hello", b"hello"),
        ({"message": "hi"}, b'{"message": "hi"}'),
        ([1, 2], b"[1, 2]"),
        (None, b"null"),
        (7, b"7"),
    ],
)
def test_answer_without_a_status_code_is_200_json(answer: Any, body: bytes) -> None:
    assert answered(answer) == (200, {TYPE: "application/json"}, body)


def test_answer_with_a_status_code_is_plain_text_unless_it_says_otherwise() -> None:
    assert answered({"statusCode": 200, "body": "x"}) == (200, {TYPE: "text/plain; charset=utf-8"}, b"x")
    typed = {"statusCode": "201", "headers": {"Content-Type": "text/html", "X-N": 5, "X-B": True}}
    assert answered(typed) == (201, {TYPE: "text/html", "x-n": "5", "x-b": "true"}, b"")


def test_base64_body_is_decoded() -> None:
    answer = {"statusCode": 200, "headers": {"content-type": "image/png"}, "body": "AAE=", "isBase64Encoded": True}
    assert answered(answer) == (200, {TYPE: "image/png"}, b"\x00\x01")


def test_framing_and_request_id_stay_the_gateways() -> None:
    headers = {"Content-Length": "99", "Transfer-Encoding": "chunked", "Apigw-Requestid": "forged", "X-A": "1"}
    found = answered({"statusCode": 200, "headers": headers})
    assert found is not None
    assert found[1] == {TYPE: "text/plain; charset=utf-8", "x-a": "1"}


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": None},
        {"statusCode": "abc"},
        {"statusCode": 99},
        {"statusCode": 600},
        {"statusCode": True},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "body": 5},
        {"statusCode": 200, "headers": "x"},
        {"statusCode": 200, "headers": {"x": ["a"]}},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": [["x", "a"]]},
        {"statusCode": 200, "headers": {"x": None}},
        {"statusCode": 200, "headers": {"a b": "1"}},
        {"statusCode": 200, "headers": {"x": "a\r\nset-cookie: b"}},
        {"statusCode": 200, "cookies": "a=1"},
        {"statusCode": 200, "cookies": [1, {}]},
        {"statusCode": 200, "cookies": ["a=1\r\nx: y"]},
        {"statusCode": 200, "body": "%%%", "isBase64Encoded": True},
    ],
)
def test_malformed_answer_is_none(answer: Any) -> None:
    assert answered(answer) is None


@given(st.binary(max_size=50))
def test_no_answer_is_too_strange(payload: bytes) -> None:
    http_api_v2.response(payload)
