"""The Lambda proxy event of a REST API, and the function's answer."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.model import ApiKey
from emulator.payloads import rest_proxy
from emulator.payloads.encoded_path import encoded_path
from emulator.payloads.media_types import accepts_binary, is_binary
from emulator.payloads.rest_call import RestAuthorized, RestCall
from tests.fakes.http_apis import request, written
from tests.fakes.rest_apis import method, rest_api, rest_call

HOST = ("Host", "h")


def event(call: RestCall | None = None) -> dict[str, Any]:
    return rest_proxy.event(call or rest_call())


def answered(answer: Any, *, accept: str = "*/*", **api: Any) -> tuple[int, list[tuple[str, str]], bytes] | None:
    asked = request(headers=(("accept", accept),))
    call = rest_call(asked, api=rest_api(method(), **api))
    response = rest_proxy.response(call, json.dumps(answer).encode())
    return None if response is None else (response.status, list(response.headers), response.body)


def test_names_of_headers_keep_their_case() -> None:
    asked = request(**written(HOST, ("content-Type", "text/plain"), ("X-TRACE-id", "7"), ("x-api-key", "k")))
    names = list(event(rest_call(asked))["headers"])
    assert {"Host", "content-Type", "X-TRACE-id", "x-api-key", "X-Amzn-Trace-Id"} <= set(names)
    assert names == sorted(names)


def test_headers_of_the_connection_do_not_reach_the_function() -> None:
    asked = request(**written(HOST, ("Connection", "close"), ("Content-Length", "3"), ("TE", "trailers")), body=b"abc")
    assert set(event(rest_call(asked))["headers"]) == {
        "Host",
        "X-Amzn-Trace-Id",
        "X-Forwarded-For",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
    }


def test_last_value_stands_alone_and_all_are_listed() -> None:
    asked = request(**written(HOST, ("X-A", "1"), ("X-A", "2")), query="q=1&q=2&plus=a+b&star=%2B")
    found = event(rest_call(asked))
    assert (found["headers"]["X-A"], found["multiValueHeaders"]["X-A"]) == ("2", ["1", "2"])
    assert found["queryStringParameters"] == {"q": "2", "plus": "a b", "star": "+"}
    assert found["multiValueQueryStringParameters"]["q"] == ["1", "2"]


def test_what_is_empty_is_null() -> None:
    found = event()
    nulls = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body")
    assert all(found[name] is None for name in nulls)
    assert "version" not in found


def test_identity_has_every_key_and_an_api_key_only_where_one_was_needed() -> None:
    identity = event()["requestContext"]["identity"]
    assert {name for name, value in identity.items() if value is None} == {
        "accessKey",
        "accountId",
        "caller",
        "cognitoAuthenticationProvider",
        "cognitoAuthenticationType",
        "cognitoIdentityId",
        "cognitoIdentityPoolId",
        "principalOrgId",
        "user",
        "userArn",
    }
    assert (identity["sourceIp"], identity["userAgent"]) == ("127.0.0.1", "curl/8.7.1")
    keyed = event(rest_call(api_key=ApiKey("id1", "partner", "secret")))["requestContext"]["identity"]
    assert (keyed["apiKey"], keyed["apiKeyId"]) == ("secret", "id1")


def test_path_of_the_context_carries_the_stage_and_the_event_does_not() -> None:
    call = rest_call(request(path="/Prod/links/a b"), method(path="/links/{code}"), path="/links/a%20b")
    found = event(call)
    assert (found["path"], found["resource"]) == ("/links/a%20b", "/links/{code}")
    context = found["requestContext"]
    assert (context["path"], context["resourcePath"]) == ("/Prod/links/a%20b", "/links/{code}")


def test_context_has_its_times_and_ids() -> None:
    context = event()["requestContext"]
    assert (context["requestTime"], context["requestTimeEpoch"]) == ("04/Mar/2020:19:03:58 +0000", 1_583_348_638_390)
    assert (context["extendedRequestId"], context["deploymentId"]) == ("ATfSmjLgPHcESJw=", "dep456")


def test_authorizer_context_is_text_and_claims_stay_together() -> None:
    authorized = RestAuthorized("ada", {"level": 3, "admin": True, "name": "Ada"}, latency_ms=12)
    found = event(rest_call(authorized=authorized))["requestContext"]["authorizer"]
    assert found == {"level": "3", "admin": "true", "name": "Ada", "principalId": "ada", "integrationLatency": 12}
    claims = event(rest_call(authorized=RestAuthorized(claims={"sub": "a"})))["requestContext"]["authorizer"]
    assert claims == {"claims": {"sub": "a"}}
    assert "authorizer" not in event()["requestContext"]


def test_body_is_base64_only_for_a_listed_media_type() -> None:
    asked = request("POST", headers=(HOST, ("content-type", "image/png")), body=b"\x89PNG")
    listed = event(rest_call(asked, api=rest_api(binary_media_types=("image/*",))))
    assert (listed["body"], listed["isBase64Encoded"]) == (base64.b64encode(b"\x89PNG").decode(), True)
    text = event(rest_call(asked))
    assert (text["body"], text["isBase64Encoded"]) == ("�PNG", False)


@pytest.mark.parametrize("status", [201, "201", 201.0])
def test_status_code_may_be_a_number_or_text(status: Any) -> None:
    found = answered({"statusCode": status, "body": "x"})
    assert found == (201, [("content-type", "application/json")], b"x")


def test_both_maps_of_headers_are_merged() -> None:
    answer = {
        "statusCode": 200,
        "headers": {"X-A": "1", "Content-Type": "text/html", "X-Flag": True},
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"], "X-A": ["1", "2"]},
    }
    assert answered(answer) == (
        200,
        [
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
            ("x-a", "1"),
            ("x-a", "2"),
            ("content-type", "text/html"),
            ("x-flag", "true"),
        ],
        b"",
    )


def test_headers_that_are_the_gateways_own_come_under_another_name() -> None:
    own = {"WWW-Authenticate": "Basic", "Server": "mine", "Content-Length": "5", "Connection": "close", "TE": "x"}
    found = answered({"statusCode": 401, "headers": {**own, "Authorization": "Bearer t"}})
    assert found is not None
    assert dict(found[1]) == {
        "x-amzn-remapped-content-length": "5",
        "x-amzn-remapped-connection": "close",
        "x-amzn-remapped-authorization": "Bearer t",
        "content-type": "application/json",
        "x-amzn-remapped-www-authenticate": "Basic",
        "x-amzn-remapped-server": "mine",
    }


def test_an_empty_answer_is_an_empty_200() -> None:
    assert answered({}) == (200, [("content-type", "application/json")], b"")


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "text",
        [],
        {"message": "no such key"},
        {"statusCode": "many"},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "headers": {"X-Count": 5}},
        {"statusCode": 200, "headers": ["X"]},
        {"statusCode": 200, "cookies": ["of=format2"]},
    ],
)
def test_any_other_answer_is_malformed(answer: Any) -> None:
    assert answered(answer) is None


def test_base64_is_decoded_only_for_a_client_that_asks_for_a_listed_type() -> None:
    encoded = base64.b64encode(b"\x89PNG")
    answer = {"statusCode": 200, "body": encoded.decode(), "isBase64Encoded": True}
    for accept, types, body in (
        ("image/png", ("image/png",), b"\x89PNG"),
        ("image/png, text/html", ("image/png",), b"\x89PNG"),
        ("text/html, image/png", ("image/png",), encoded),
        ("*/*", ("image/png",), encoded),
        ("text/html", ("*/*",), b"\x89PNG"),
        ("image/png", (), encoded),
    ):
        found = answered(answer, accept=accept, binary_media_types=types)
        assert found is not None
        assert found[2] == body, (accept, types)


def test_base64_that_is_none_is_malformed() -> None:
    answer = {"statusCode": 200, "body": "!", "isBase64Encoded": True}
    assert answered(answer, binary_media_types=("*/*",)) is None


def test_media_types_are_listed_with_wildcards() -> None:
    assert is_binary("image/PNG; q=1", ("image/*",))
    assert is_binary(None, ("*/*",))
    assert not is_binary(None, ("image/*",))
    assert not accepts_binary("application/json, image/png", ("image/png",))


@given(st.binary(max_size=50))
def test_no_answer_is_too_strange(payload: bytes) -> None:
    rest_proxy.response(rest_call(), payload)


def test_escaped_slash_stays_one_where_the_server_tells() -> None:
    assert encoded_path(request(path="/a/b c", raw_path="/a%2fb%20%63")) == "/a%2Fb%20c"


@given(st.text(max_size=20))
def test_encoded_path_is_ascii_without_question_mark(text: str) -> None:
    encoded = encoded_path(request(path="/" + text.encode("utf-8", "replace").decode("latin-1")))
    assert encoded.isascii()
    assert "?" not in encoded
