"""A handler that misbehaves gets AWS's exact answer, through the HTTP API and the Invoke API; the next request is
served.

https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.e2e.conftest import Neighbourhood
from tests.e2e.terrarium_command import aws
from tests.fakes.waiting import wait_for

INTERNAL = (500, '{"message":"Internal Server Error"}')
UNAVAILABLE = (503, '{"message":"Service Unavailable"}')
EXITED = "RequestId: {id} Error: Runtime exited with error: "

ROUTES = {
    "/hangs": INTERNAL,
    "/outlasts": UNAVAILABLE,
    "/exits": INTERNAL,
    "/allocates": INTERNAL,
    "/returns-rubbish": INTERNAL,
    "/returns-no-status": INTERNAL,
    "/returns-seven-megabytes": INTERNAL,
    "/raises": INTERNAL,
}
ERRORS = {
    "Hangs": {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: {id} Error: Task timed out after 1.00 seconds",
    },
    "Exits": {"errorType": "Runtime.ExitError", "errorMessage": EXITED + "exit status 3"},
    "Allocates": {"errorType": "Runtime.ExitError", "errorMessage": EXITED + "signal: killed"},
    "ReturnsSevenMegabytes": {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    },
    "ReturnsRubbish": {
        "errorMessage": "Unable to marshal response: Object of type set is not JSON serializable",
        "errorType": "Runtime.MarshalError",
        "requestId": "{id}",
        "stackTrace": [],
    },
    "Raises": {
        "errorMessage": "no such luck",
        "errorType": "ValueError",
        "requestId": "{id}",
        "stackTrace": ['  File "/var/task/trouble.py", line 56, in raises\n    raise ValueError("no such luck")\n'],
    },
}


@pytest.fixture
def url(neighbourhood: Neighbourhood) -> str:
    return neighbourhood.url("troublesome")


def invoke(url: str, function: str, event: dict[str, Any]) -> dict[str, Any]:
    client = aws("lambda", url)
    return client.invoke(FunctionName=f"troublesome-{function}", Payload=json.dumps(event), LogType="Tail")


@pytest.mark.parametrize("path", ROUTES)
def test_caller_of_the_api_gets_the_gateways_answer_and_the_next_one_is_served(url: str, path: str) -> None:
    failed = requests.get(f"{url}{path}?now=yes", timeout=15)

    assert (failed.status_code, failed.text) == ROUTES[path]
    assert failed.headers["content-type"] == "application/json"
    assert requests.get(f"{url}{path}", timeout=15).text == "fine"


@pytest.mark.parametrize("function", ERRORS)
def test_invoker_gets_lambdas_error_and_the_next_invocation_is_served(url: str, function: str) -> None:
    failed = invoke(url, function, {"now": "yes"})

    request_id = failed["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]
    expected = json.loads(json.dumps(ERRORS[function]).replace("{id}", request_id))
    assert (failed["StatusCode"], failed["FunctionError"]) == (200, "Unhandled")
    assert json.loads(failed["Payload"].read()) == expected
    served = invoke(url, function, {})
    assert "FunctionError" not in served
    assert json.loads(served["Payload"].read()) == "fine"


def test_log_tail_of_a_failed_invocation_says_what_happened(url: str) -> None:
    tail = base64.b64decode(invoke(url, "Hangs", {"now": "yes"})["LogResult"]).decode()

    assert tail.startswith("START RequestId: ")
    assert "about to hang" in tail
    assert "Task timed out after 1.00 seconds" in tail
    assert "REPORT RequestId: " in tail


def test_binary_output_harms_nobody(url: str) -> None:
    answer = invoke(url, "PrintsBinary", {})

    assert json.loads(answer["Payload"].read()) == "fine"
    assert requests.get(f"{url}/prints-binary", timeout=15).text == "fine"


def test_function_that_breaks_while_it_runs_is_told_and_recovers_when_mended(neighbourhood: Neighbourhood) -> None:
    url, module = neighbourhood.url("troublesome"), neighbourhood.applications / "troublesome" / "later" / "mended.py"
    good = module.read_text()

    module.write_text('raise RuntimeError("broken in import")\n')
    assert wait_for(lambda: requests.get(f"{url}/breaks-later", timeout=15).status_code == 500)

    assert requests.get(f"{url}/breaks-later", timeout=15).text == INTERNAL[1]
    failed = invoke(url, "BreaksLater", {})
    error = json.loads(failed["Payload"].read())
    assert failed["FunctionError"] == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("RuntimeError", "broken in import")
    assert neighbourhood.terrarium.status()["code"] == 1

    module.write_text(good)
    assert wait_for(lambda: requests.get(f"{url}/breaks-later", timeout=15).text == "fine")
    assert wait_for(lambda: neighbourhood.terrarium.status()["code"] == 0)


def test_handler_that_hangs_keeps_nobody_else_waiting(url: str) -> None:
    with ThreadPoolExecutor() as others:
        hanging = others.submit(requests.get, f"{url}/hangs?now=yes", timeout=15)
        served = [requests.get(f"{url}/counts", timeout=15).status_code for _ in range(10)]

        assert not hanging.done()
        assert served == [200] * 10
