"""Function URLs: who may call, what the function sees, what the client gets."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from emulator.model import Cors
from emulator.payloads.http_message import HttpRequest, HttpResponse
from emulator.payloads.sigv4 import UNCHECKED
from tests.fakes.function_urls import REQUEST_ID, URL_ID, function_url, signed
from tests.fakes.http_apis import request
from tests.fakes.scripted_invoker import Throttled

HOST = (("host", "127.0.0.1:3001"),)
FORBIDDEN = (
    b'{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: '
    b'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}'
)
CORS = Cors(allow_origins=("*",), allow_methods=("GET", "POST"), allow_headers=("x-own",), max_age_s=60)


def asked(method: str = "GET", path: str = "/", *, query: str = "", body: bytes = b"", **headers: str) -> HttpRequest:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return request(method, path, query=query, body=body, headers=HOST + named)


def header(response: HttpResponse, name: str) -> list[str]:
    return [value for key, value in response.headers if key == name]


def fails(event: Any) -> Any:
    raise RuntimeError("out of cheese")


def throttles(event: Any) -> Any:
    raise Throttled


def test_function_sees_an_anonymous_call_with_the_path_as_it_was_sent() -> None:
    here = function_url()
    here.respond(asked("POST", "/a b/c", query="q=1&q=2&x=%20", body=b"{}", content_type="application/json"))
    (event,) = here.invoker.events
    context = event["requestContext"]
    assert (event["rawPath"], context["http"]["path"], event["rawQueryString"]) == (
        "/a%20b/c",
        "/a%20b/c",
        "q=1&q=2&x=%20",
    )
    assert event["queryStringParameters"] == {"q": "1,2", "x": " "}
    assert (context["accountId"], context["routeKey"], context["stage"]) == ("anonymous", "$default", "$default")
    assert (context["apiId"], context["domainName"], context["requestId"]) == (URL_ID, "127.0.0.1:3001", REQUEST_ID)
    assert (event["body"], event["isBase64Encoded"]) == ("{}", False)
    assert not {"pathParameters", "stageVariables", "authorizer"} & {*event, *context}


def test_request_without_body_states_no_length() -> None:
    here = function_url()
    here.respond(asked())
    assert "content-length" not in here.invoker.events[0]["headers"]
    assert "body" not in here.invoker.events[0]


def test_binary_body_reaches_the_function_as_base64() -> None:
    here = function_url()
    here.respond(asked("PUT", body=b"\x00\xff", content_type="application/octet-stream"))
    (event,) = here.invoker.events
    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (b"\x00\xff", True)


@pytest.mark.parametrize(
    ("answer", "status", "content_type", "body"),
    [
        ({"hello": "world"}, 200, "application/json", b'{"hello": "world"}'),
        ({"statusCode": 200, "body": "body123"}, 200, "application/json", b"body123"),
        ({"statusCode": "418", "body": "i'm a teapot"}, 418, "application/json", b"i'm a teapot"),
        ({"statusCode": 201, "headers": {"Content-Type": "text/html"}, "body": "<p>"}, 201, "text/html", b"<p>"),
        ({"statusCode": 200, "body": "AP8=", "isBase64Encoded": True}, 200, "application/json", b"\x00\xff"),
        (["hello", 3, True], 200, "application/json", b'["hello", 3, true]'),
        ("hello", 200, "application/json", b"hello"),
        (3.1, 200, "application/json", b"3.1"),
    ],
)
def test_answer_is_read_as_lambda_reads_it(answer: Any, status: int, content_type: str, body: bytes) -> None:
    response = function_url(answer).respond(asked())
    assert (response.status, header(response, "content-type"), response.body) == (status, [content_type], body)


def test_each_cookie_is_set_by_a_header_of_its_own() -> None:
    response = function_url({"statusCode": 200, "cookies": ["a=1", "b=2; Secure"]}).respond(asked())
    assert header(response, "set-cookie") == ["a=1", "b=2; Secure"]


def test_response_names_the_invocation() -> None:
    here = function_url()
    response = here.respond(asked())
    assert header(response, "x-amzn-requestid") == [here.invoker.invocations[0].request_id] == [REQUEST_ID]


@pytest.mark.parametrize("answer", [fails, {"statusCode": "x"}, {"statusCode": 200, "body": {}}, b"not json"])
def test_failing_function_and_malformed_answer_are_a_bad_gateway(answer: Any) -> None:
    response = function_url(answer).respond(asked())
    assert (response.status, response.body) == (502, b"Internal Server Error")


def test_throttled_function_answers_too_many_requests() -> None:
    response = function_url(throttles).respond(asked())
    assert response.status == 429
    assert json.loads(response.body)["message"] == "Rate Exceeded."


def test_event_above_six_megabytes_is_refused_without_the_function() -> None:
    here = function_url()
    response = here.respond(asked("POST", body=b"a" * 6_291_456, content_type="text/plain"))
    assert (response.status, header(response, "x-amzn-errortype")) == (413, ["RequestEntityTooLargeException"])
    assert here.invoker.events == []


def test_url_without_permission_refuses_everybody() -> None:
    here = function_url(public=False)
    response = here.respond(asked())
    assert (response.status, response.body) == (403, FORBIDDEN)
    assert header(response, "x-amzn-errortype") == ["AccessDeniedException"]
    assert here.invoker.events == []


def test_signed_request_tells_the_function_who_signed() -> None:
    here = function_url(auth_type="AWS_IAM", public=False)
    response = here.respond(request(headers=(*HOST, *signed(access_key="AKIDEXAMPLE").items())))
    assert response.status == 200
    context = here.invoker.events[0]["requestContext"]
    assert context["accountId"] == "000000000000"
    assert context["authorizer"]["iam"]["accessKey"] == "AKIDEXAMPLE"
    assert context["authorizer"]["iam"]["userArn"] == "arn:aws:iam::000000000000:root"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer token", "x-amz-date": "20231114T221320Z"},
        {"authorization": "AWS4-HMAC-SHA256", "x-amz-date": "20231114T221320Z"},
        {"authorization": signed()["authorization"]},
        signed("execute-api"),
        signed(Signature=""),
        signed(Signature="no signature"),
        signed(access_key="test"),
        signed(SignedHeaders="x-amz-date"),
        signed(Credential="test/20231114/us-east-1/lambda"),
        signed(Credential="/20231114/us-east-1/lambda/aws4_request"),
    ],
)
def test_unsigned_and_badly_signed_requests_are_refused_without_the_function(headers: dict[str, str]) -> None:
    here = function_url(auth_type="AWS_IAM")
    response = here.respond(request(headers=(*HOST, *headers.items())))
    assert (response.status, response.body) == (403, FORBIDDEN)
    assert here.invoker.events == []


def test_distribution_with_an_origin_access_control_gets_in() -> None:
    here = function_url(auth_type="AWS_IAM", public=False)
    assert here.respond(request(headers=(*HOST, *UNCHECKED))).status == 200


def presigned(date: str, expires: str = "60") -> str:
    fields = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": "AKIDEXAMPLE%2F20231114%2Fus-east-1%2Flambda%2Faws4_request",
        "X-Amz-Date": date,
        "X-Amz-Expires": expires,
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": "0f" * 32,
    }
    return "&".join(f"{name}={value}" for name, value in fields.items())


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (presigned("20231114T221319Z"), 200),
        (presigned("20231114T221219Z"), 403),
        (presigned("20231114"), 403),
        (presigned("20231114T221319Z", "ever"), 403),
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256", 403),
        ("X-Amz-Algorithm=none", 403),
    ],
)
def test_presigned_request_is_good_until_it_expires(query: str, status: int) -> None:
    assert function_url(auth_type="AWS_IAM").respond(asked(query=query)).status == status


def test_preflight_is_answered_without_function_and_signature() -> None:
    here = function_url(auth_type="AWS_IAM", cors=CORS)
    response = here.respond(asked("OPTIONS", origin="https://web.example", access_control_request_method="POST"))
    assert response.status == 200
    assert header(response, "access-control-allow-origin") == ["https://web.example"]
    assert header(response, "access-control-allow-methods") == ["GET,POST"]
    assert header(response, "access-control-allow-headers") == ["x-own"]
    assert header(response, "access-control-max-age") == ["60"]
    assert here.invoker.events == []


def test_preflight_of_a_foreign_origin_gets_no_permission() -> None:
    here = function_url(cors=Cors(allow_origins=("https://web.example",), allow_methods=("GET",)))
    response = here.respond(asked("OPTIONS", origin="https://evil.example", access_control_request_method="GET"))
    assert not [name for name, _ in response.headers if name.startswith("access-control-")]


def test_preflight_reaches_the_function_of_a_url_without_cors() -> None:
    here = function_url()
    here.respond(asked("OPTIONS", origin="https://web.example", access_control_request_method="POST"))
    assert here.invoker.events[0]["requestContext"]["http"]["method"] == "OPTIONS"


def test_own_cors_headers_come_beside_those_of_the_function() -> None:
    answer = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}, "body": ""}
    response = function_url(answer, cors=CORS).respond(asked(origin="https://web.example"))
    assert header(response, "access-control-allow-origin") == ["*", "https://web.example"]


def test_streamed_answer_without_metadata_is_the_body_itself() -> None:
    response = function_url({"statusCode": 404, "body": "x"}, invoke_mode="RESPONSE_STREAM").respond(asked())
    assert (response.status, json.loads(response.body)) == (200, {"statusCode": 404, "body": "x"})


def test_metadata_before_a_streamed_body_gives_status_headers_and_cookies() -> None:
    prelude = json.dumps({"statusCode": 201, "headers": {"Content-Type": "text/csv"}, "cookies": ["a=1"]}).encode()
    response = function_url(prelude + b"\0" * 8 + b"1,2", invoke_mode="RESPONSE_STREAM").respond(asked())
    assert (response.status, response.body) == (201, b"1,2")
    assert (header(response, "content-type"), header(response, "set-cookie")) == (["text/csv"], ["a=1"])
