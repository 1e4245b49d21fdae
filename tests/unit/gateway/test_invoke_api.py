"""The Lambda API of a system, as a client sees it on the wire."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from werkzeug.test import Client

from emulator.model import Outcome
from tests.fakes.http_apis import FakeSystem, system
from tests.fakes.scripted_invoker import Throttled

WORKER = "/2015-03-31/functions/demo-Worker"
INVOKE = f"{WORKER}/invocations"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:demo-Worker"


def post(client: Client, path: str = INVOKE, data: bytes = b"{}", **headers: str) -> Any:
    named = {f"X-Amz-{name.replace('_', '-')}": value for name, value in headers.items()}
    return client.post(path, data=data, headers=named)


def test_answer_of_the_function_comes_back_as_it_is() -> None:
    here = system(answer=lambda event: {"got": event})
    response = post(here.client(), data=b'{"a":1}')
    assert (response.status_code, response.get_json()) == (200, {"got": {"a": 1}})
    assert response.headers["x-amzn-RequestId"] == here.invoker.invocations[0].request_id
    assert response.headers["X-Amz-Executed-Version"] == "$LATEST"
    assert "X-Amz-Function-Error" not in response.headers


@pytest.mark.parametrize(
    "name",
    [
        "demo-Worker",
        "demo-Worker:$LATEST",
        "function:demo-Worker",
        "000000000000:function:demo-Worker",
        ARN,
        f"{ARN}:$LATEST",
        ARN.replace(":", "%3A"),
    ],
)
def test_function_is_found_by_every_form_of_its_name(name: str) -> None:
    assert post(system().client(), f"/2015-03-31/functions/{name}/invocations").status_code == 200


@pytest.mark.parametrize(
    "name", ["nobody", "demo-Worker:live", ARN.replace("us-east-1", "eu-west-1"), ARN.replace("0000", "1111")]
)
def test_unknown_function_is_404(name: str) -> None:
    response = post(system().client(), f"/2015-03-31/functions/{name}/invocations")
    assert response.status_code == 404
    assert response.headers["x-amzn-ErrorType"] == "ResourceNotFoundException"
    assert response.get_json()["Message"].startswith("Function not found: arn:aws:lambda:")


def test_failed_function_is_200_with_the_error_header() -> None:
    def handler(event: Any) -> None:
        raise ValueError("no")

    response = post(system(answer=handler).client())
    assert (response.status_code, response.headers["X-Amz-Function-Error"]) == (200, "Unhandled")
    assert response.get_json() == {"errorMessage": "no", "errorType": "ValueError"}


def test_empty_payload_is_an_empty_object() -> None:
    here = system()
    post(here.client(), data=b"")
    assert here.invoker.events == [{}]


def test_payload_that_is_not_json_is_400() -> None:
    response = post(system().client(), data=b"{nope")
    assert response.status_code == 400
    assert response.headers["x-amzn-ErrorType"] == "InvalidRequestContentException"
    assert "Could not parse request body into json" in response.get_json()["message"]


def test_event_is_accepted_and_handed_to_the_queue() -> None:
    here = system()
    response = post(here.client(), data=b'{"a":1}', Invocation_Type="Event")
    assert (response.status_code, response.get_data()) == (202, b"")
    function, payload, request_id, _ = here.async_invoker.submitted[0]
    assert (function.name, payload) == ("demo-Worker", b'{"a":1}')
    assert request_id == response.headers["x-amzn-RequestId"]
    assert here.invoker.events == []


def test_event_that_cannot_be_stored_is_not_accepted() -> None:
    here = system()
    here.async_invoker.down = True
    response = post(here.client(), Invocation_Type="Event")
    assert (response.status_code, response.headers["x-amzn-ErrorType"]) == (500, "ServiceException")


def test_dry_run_is_204_and_runs_nothing() -> None:
    here = system()
    assert post(here.client(), Invocation_Type="DryRun").status_code == 204
    assert here.invoker.events == []


def test_unknown_invocation_type_is_400() -> None:
    assert post(system().client(), Invocation_Type="Sometimes").status_code == 400


@pytest.mark.parametrize(("kind", "size"), [("RequestResponse", 6_291_456), ("Event", 1_048_576)])
def test_payload_above_the_limit_is_413(kind: str, size: int) -> None:
    fits = json.dumps("x" * (size - 2)).encode()
    assert post(system().client(), data=fits, Invocation_Type=kind).status_code in (200, 202)
    response = post(system().client(), data=fits + b" ", Invocation_Type=kind)
    assert (response.status_code, response.headers["x-amzn-ErrorType"]) == (413, "RequestTooLargeException")


def test_throttled_invocation_is_429_with_the_reason() -> None:
    def handler(event: Any) -> None:
        raise Throttled

    response = post(system(answer=handler).client())
    assert (response.status_code, response.headers["x-amzn-ErrorType"]) == (429, "TooManyRequestsException")
    assert response.get_json()["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"


def test_log_tail_is_the_last_four_kilobytes_when_asked_for() -> None:
    here = system()
    log = b"a" * 5_000 + b"end\n"
    here.invoker.invoke = lambda it: Outcome("returned", b"1", it.request_id, log_tail=log)  # type: ignore[method-assign]
    assert "X-Amz-Log-Result" not in post(here.client()).headers
    tail = base64.b64decode(post(here.client(), Log_Type="Tail").headers["X-Amz-Log-Result"])
    assert tail == log[-4_096:]


def test_client_context_reaches_the_function() -> None:
    here = system()
    context = base64.b64encode(b'{"custom":{"a":"b"}}').decode()
    assert post(here.client(), Client_Context=context).status_code == 200
    assert here.invoker.invocations[0].client_context == '{"custom":{"a":"b"}}'


@pytest.mark.parametrize("context", ["%%%", base64.b64encode(b"[1]").decode(), base64.b64encode(b"{").decode()])
def test_client_context_that_is_no_object_is_400(context: str) -> None:
    assert post(system().client(), Client_Context=context).status_code == 400


def test_get_and_list_describe_the_functions() -> None:
    client = system().client()
    described = client.get(WORKER).get_json()["Configuration"]
    assert (described["FunctionArn"], described["Timeout"], described["State"]) == (ARN, 3, "Active")
    assert client.get(f"{WORKER}/configuration").get_json() == described
    listed = client.get("/2015-03-31/functions/").get_json()["Functions"]
    assert [each["FunctionName"] for each in listed] == ["demo-Worker", "demo-Guard"]


def test_unknown_control_path_is_404_in_json() -> None:
    response = FakeSystem({}).client().get("/_terrarium/nothing")
    assert (response.status_code, response.get_json()) == (404, {"message": "Not Found"})
