"""The proxy event of REST APIs against recorded ones: the same keys with the same types, and no others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from emulator.model import ApiKey
from emulator.payloads import rest_proxy
from emulator.payloads.rest_call import RestAuthorized, RestCall
from tests.fakes.http_apis import request, written
from tests.fakes.rest_apis import method, rest_api, rest_call

EVENTS = Path(__file__).parents[1] / "events" / "lambda-events"
BODY = b'{\r\n\t"a": 1\r\n}'
# What the recorded client and its edge sent besides; a client certificate exists only with mutual TLS.
EDGE = {"Postman-Token", "Via", "X-Amz-Cf-Id"}
OPTIONAL = {"clientCert", "authorizer"}
# Newer than the recordings (an AWS event of July 2024 has them), as isBase64Encoded is.
NEWER = {"deploymentId", "isBase64Encoded", "principalOrgId"}


def recorded(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return document


def full_call(operation_name: str | None = None) -> RestCall:
    """The recorded request to the recorded method."""
    one = method("POST", "/{proxy+}", operation_name=operation_name)
    here = rest_api(one, stage="testStage", stage_variables={"stageVariableName": "stageVariableValue"})
    headers = (
        ("Accept", "*/*"),
        ("Accept-Encoding", "gzip, deflate"),
        ("cache-control", "no-cache"),
        ("Content-Type", "application/json"),
        ("headerName", "headerValue"),
        ("Host", "gy415nuibc.execute-api.us-east-1.amazonaws.com"),
        ("User-Agent", "PostmanRuntime/2.4.5"),
    )
    asked = request("POST", "/testStage/hello/world", query="name=me", body=BODY, **written(*headers))
    return rest_call(
        asked,
        one,
        api=here,
        path="/hello/world",
        path_parameters={"proxy": "hello/world"},
        authorized=RestAuthorized("admin", {"clientId": 1, "clientName": "Exata"}),
        api_key=ApiKey("theApiKeyId", "partner", "theApiKey"),
    )


@pytest.mark.parametrize(
    ("name", "operation"), [("apigw-request", None), ("apigw-restapi-openapi-request", "HelloWorld")]
)
def test_proxy_event_has_the_recorded_keys(name: str, operation: str | None) -> None:
    event, document = rest_proxy.event(full_call(operation)), recorded(name)
    assert set(event) - NEWER == set(document)
    ours, theirs = event["requestContext"], document["requestContext"]
    assert set(ours) - NEWER == set(theirs)
    assert set(ours["identity"]) - NEWER == set(theirs["identity"]) - OPTIONAL
    assert ours["authorizer"]["principalId"] == theirs["authorizer"]["principalId"]


def test_proxy_event_has_the_recorded_values() -> None:
    event, document = rest_proxy.event(full_call()), recorded("apigw-request")
    same = (
        "resource",
        "httpMethod",
        "path",
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "body",
    )
    assert {key: event[key] for key in same} == {key: document[key] for key in same}
    assert event["requestContext"]["resourcePath"] == document["requestContext"]["resourcePath"]


def test_headers_are_those_of_the_recorded_client_and_the_gateway() -> None:
    event, document = rest_proxy.event(full_call()), recorded("apigw-request")
    of_the_client = {name for name in document["headers"] if not name.startswith("CloudFront")} - EDGE
    assert set(event["headers"]) == of_the_client | {"X-Amzn-Trace-Id"}
    assert {name: [value] for name, value in event["headers"].items()} == event["multiValueHeaders"]


def test_recorded_answer_becomes_a_response() -> None:
    response = rest_proxy.response(rest_call(), json.dumps(recorded("apigw-response")).encode())
    assert response is not None
    assert response.status == recorded("apigw-response")["statusCode"]


def test_powertools_reads_the_event() -> None:
    event = APIGatewayProxyEvent(rest_proxy.event(full_call()))
    assert event.json_body == {"a": 1}
    assert event.request_context.resource_path == "/{proxy+}"
    assert event.request_context.identity.api_key_id == "theApiKeyId"
    assert event.request_context.request_time_epoch == 1_583_348_638_390
