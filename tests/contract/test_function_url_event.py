"""The event of a function URL against the recorded one: the same keys with the same types, and no others but two."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.data_classes import LambdaFunctionUrlEvent

from emulator.payloads.function_url import UrlCall, event
from tests.fakes.http_apis import request

EVENTS = Path(__file__).parents[1] / "events" / "lambda-events"
HEADERS = (
    ("host", "abc.lambda-url.us-west-2.on.aws"),
    ("cookie", "cookie1; cookie2"),
    ("content-type", "text/plain"),
    ("header2", "value1"),
    ("header2", "value2"),
)
QUERY = "parameter1=value1&parameter1=value2&parameter2=value"
# AWS sends them for every URL, as its documentation shows; the recording, made for a Go struct, leaves them out.
ALWAYS = {"routeKey", "stage"}
# Null outside of organisations and Cognito.
NULL = {"cognitoIdentity", "principalOrgId"}


def recorded() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((EVENTS / "lambda-urls-request.json").read_text())
    return document


def made() -> dict[str, Any]:
    asked = request("POST", "/my/path", query=QUERY, body=b"Hello from client!", headers=HEADERS)
    return event(UrlCall("abc", "us-west-2", "123456789012", asked, "id", access_key="AKIA..."))


def shape(value: Any, name: str = "") -> Any:
    """Keys and types; of the client's own headers only that they are a map."""
    if isinstance(value, dict) and name != "headers":
        return {key: shape(each, key) for key, each in value.items() if key not in ALWAYS | NULL}
    return type(value).__name__


def test_event_has_the_recorded_shape() -> None:
    assert shape(made()) == shape(recorded())


def test_event_has_the_recorded_values_for_the_same_request() -> None:
    ours, theirs = made(), recorded()
    same = ("version", "rawPath", "rawQueryString", "cookies", "queryStringParameters", "body", "isBase64Encoded")
    assert {name: ours[name] for name in same} == {name: theirs[name] for name in same}
    assert ours["headers"]["header2"] == theirs["headers"]["header2"]


def test_powertools_reads_the_event() -> None:
    read = LambdaFunctionUrlEvent(made())
    assert (read.path, read.http_method, read.decoded_body) == ("/my/path", "POST", "Hello from client!")
    assert read.request_context.domain_name == "abc.lambda-url.us-west-2.on.aws"
