"""One API from request to response: what the gateway itself answers, and what it passes on."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.model import HttpApi, Outcome, Place, Route
from tests.fakes.http_apis import FakeSystem, api, system
from tests.fakes.stacks import function
from tests.fakes.waiting import wait_for

HELLO = Route("GET", "/hello", "Worker")


def failing(kind: str) -> FakeSystem:
    """A system whose function ends in the given way."""
    here = system(HELLO)

    def invoke(invocation: Any) -> Outcome:
        return Outcome(kind, b'{"errorType":"E"}', invocation.request_id)  # type: ignore[arg-type]

    here.invoker.invoke = invoke  # type: ignore[method-assign]
    return here


def test_answer_of_the_function_is_the_response() -> None:
    here = system(HELLO, answer={"statusCode": 201, "headers": {"X-A": "1"}, "body": "made", "cookies": ["a=1", "b=2"]})
    response = here.client().get("/hello")
    assert (response.status_code, response.get_data()) == (201, b"made")
    assert response.headers["x-a"] == "1"
    assert response.headers.getlist("set-cookie") == ["a=1", "b=2"]
    assert len(response.headers["apigw-requestid"]) == 16


def test_no_route_is_404() -> None:
    response = system(HELLO).client().get("/nowhere")
    assert (response.status_code, response.get_data()) == (404, b'{"message":"Not Found"}')
    assert response.headers["content-type"] == "application/json"
    assert "apigw-requestid" in response.headers


def test_system_without_an_api_answers_404() -> None:
    assert FakeSystem({}).client().get("/").status_code == 404


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("raised", 500, b'{"message":"Internal Server Error"}'),
        ("timed_out", 500, b'{"message":"Internal Server Error"}'),
        ("crashed", 500, b'{"message":"Internal Server Error"}'),
        ("too_large", 500, b'{"message":"Internal Server Error"}'),
        ("throttled", 503, b'{"message":"Service Unavailable"}'),
    ],
)
def test_failed_function_gets_the_gateways_answer(kind: str, status: int, body: bytes) -> None:
    response = failing(kind).client().get("/hello")
    assert (response.status_code, response.get_data()) == (status, body)


def test_malformed_answer_is_500() -> None:
    response = system(HELLO, answer={"statusCode": "often"}).client().get("/hello")
    assert (response.status_code, response.get_data()) == (500, b'{"message":"Internal Server Error"}')


def test_function_that_outlasts_its_route_is_answered_for_and_goes_on() -> None:
    route = Route("GET", "/slow", "Worker", timeout_ms=50)
    finished: list[bool] = []

    def slow(event: Any) -> None:
        wait_for(lambda: False, within_s=0.3)
        finished.append(True)

    here = system(route, answer=slow, worker=function(timeout_s=60))
    response = here.client().get("/slow")
    assert (response.status_code, response.get_data()) == (503, b'{"message":"Service Unavailable"}')
    assert wait_for(lambda: finished, within_s=5)


def test_fault_of_our_own_is_500_and_not_a_traceback() -> None:
    here = system(HELLO)

    def broken(invocation: Any) -> Outcome:
        raise RuntimeError("the pool is gone")

    here.invoker.invoke = broken  # type: ignore[method-assign]
    response = here.client().get("/hello")
    assert (response.status_code, response.get_data()) == (500, b'{"message":"Internal Server Error"}')


def test_body_above_ten_megabytes_is_413() -> None:
    here = system(Route("POST", "/", "Worker"))
    response = here.client().post("/", data=b"x" * (10 * 1024 * 1024 + 1))
    assert (response.status_code, response.get_data()) == (413, b'{"message":"Request Entity Too Large"}')
    assert here.invoker.events == []


def test_body_that_lambda_would_not_take_is_413() -> None:
    here = system(Route("POST", "/", "Worker"))
    assert here.client().post("/", data=b"x" * 7_000_000, content_type="text/plain").status_code == 413


def test_request_line_and_headers_above_10240_bytes_are_431() -> None:
    here = system(HELLO)
    assert here.client().get("/hello", headers={"X-Long": "x" * 9_000}).status_code == 200
    assert here.client().get("/hello", headers={"X-Long": "x" * 10_240}).status_code == 431


def test_path_that_cannot_be_decoded_is_400() -> None:
    here = system(Route("ANY", "/{proxy+}", "Worker"))
    response = here.client().get("/capture/percent%25done")
    assert (response.status_code, response.get_data()) == (400, b'{"message":"Bad Request"}')


def test_named_stage_is_part_of_the_path() -> None:
    here = system(HELLO, stage="dev", answer=lambda event: event["rawPath"])
    assert here.client().get("/dev/hello").get_data() == b"/dev/hello"
    assert here.client().get("/hello").status_code == 404
    assert here.client().get("/developer/hello").status_code == 404


def test_further_apis_of_a_system_are_served_below_their_logical_id() -> None:
    second = HttpApi("Admin", "zzz", "admin", Place("t", 1), routes=(Route("GET", "/hello", "Worker"),))
    here = FakeSystem({"Api": api(HELLO), "Admin": second})
    here.invoker.handler = lambda event: event["requestContext"]["apiId"] + event["rawPath"]
    assert here.client().get("/hello").get_data() == b"abc123def4/hello"
    assert here.client().get("/_api/Admin/hello").get_data() == b"zzz/hello"
    assert here.client().get("/_api/Nobody/hello").status_code == 404


def test_trace_of_the_client_reaches_the_function_and_nonsense_does_not() -> None:
    here = system(HELLO)
    trace = "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0;Sampled=1"
    here.client().get("/hello", headers={"X-Amzn-Trace-Id": trace})
    here.client().get("/hello", headers={"X-Amzn-Trace-Id": "Root=anything; rm -rf"})
    first, second = here.invoker.invocations
    assert first.trace_id == trace
    assert here.invoker.events[0]["headers"]["x-amzn-trace-id"] == trace
    assert second.trace_id.startswith("Root=1-6553f100-")


def test_answer_without_a_body_allowed_has_none() -> None:
    response = system(HELLO, answer={"statusCode": 204, "body": "x"}).client().get("/hello")
    assert (response.status_code, response.get_data()) == (204, b"")
    assert "content-length" not in response.headers
