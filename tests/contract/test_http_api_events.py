"""The events of HTTP APIs against recorded ones: the same keys with the same types at every depth, and no others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent, APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.data_classes.api_gateway_authorizer_event import APIGatewayAuthorizerEventV2

from emulator.model import Route
from emulator.payloads import authorizer_event, http_api_v1, http_api_v2
from emulator.payloads.api_call import ApiCall, Authorized
from tests.fakes.http_apis import api, call, request

EVENTS = Path(__file__).parents[1] / "events" / "lambda-events"
QUERY = "parameter1=value1&parameter1=value2&parameter2=value"
# A client certificate exists only with mutual TLS.
OPTIONAL = {"authentication"}
# Maps whose keys are the client's or the template's.
FREE = {"headers", "queryStringParameters", "pathParameters", "stageVariables", "lambda", "claims", "identity"}


def recorded(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return document


def full_call(authorized: Authorized | None = None) -> ApiCall:
    """A request that uses everything, to a route that does as well."""
    headers = (("host", "h"), ("cookie", "cookie1; cookie2"), ("content-type", "application/json"))
    asked = request("GET", "/my/path", query=QUERY, body=b'{"a": 1}', headers=headers)
    route = Route("ANY", "$default", "Worker")
    here = api(route, stage_variables={"stageVariable1": "value1", "stageVariable2": "value2"})
    return call(asked, route, api=here, path_parameters={"proxy": "hello/world"}, authorized=authorized)


def shape(value: Any, *, free: bool = False) -> Any:
    """Keys and types; of a free map only that it is one."""
    if isinstance(value, dict):
        if free:
            return "map"
        return {key: shape(each, free=key in FREE) for key, each in value.items() if key not in OPTIONAL}
    return "list" if isinstance(value, list) else type(value).__name__


def test_event_without_authorizer_has_the_recorded_shape() -> None:
    event = http_api_v2.event(call(request(headers=())))
    assert shape(event) == shape(recorded("apigw-v2-request-no-authorizer"))


@pytest.mark.parametrize(
    ("name", "authorized"),
    [
        ("apigw-v2-request-jwt-authorizer", Authorized("jwt", {"claim1": "value1"}, ("scope1", "scope2"))),
        ("apigw-v2-request-lambda-authorizer", Authorized("lambda", {"key": "value"})),
    ],
)
def test_event_with_authorizer_has_the_recorded_shape(name: str, authorized: Authorized) -> None:
    event, document = http_api_v2.event(full_call(authorized)), recorded(name)
    assert shape(event) == shape(document)
    same = ("cookies", "rawQueryString", "queryStringParameters", "pathParameters", "stageVariables", "routeKey")
    assert {key: event[key] for key in same} == {key: document[key] for key in same}


def test_headers_without_a_client_are_those_of_the_recorded_curl() -> None:
    asked = request(headers=(("accept", "*/*"), ("host", "h"), ("user-agent", "curl/7.58.0")))
    document = recorded("apigw-v2-request-no-authorizer")
    assert list(http_api_v2.event(call(asked))["headers"]) == list(document["headers"])


def test_authorizer_event_2_0_has_the_recorded_shape() -> None:
    event = authorizer_event.event(full_call(), "2.0", ("user1", "123"))
    document = recorded("apigw-v2-custom-authorizer-v2-request")
    assert shape(event) == shape(document)
    assert event["identitySource"] == document["identitySource"]


def test_authorizer_event_1_0_has_every_recorded_key() -> None:
    event = authorizer_event.event(full_call(), "1.0", ("user1", "123"))
    document = recorded("apigw-v2-custom-authorizer-v1-request")
    assert set(event) == set(document)
    assert set(document["requestContext"]) <= set(event["requestContext"])
    assert (event["identitySource"], event["authorizationToken"]) == ("user1,123", "user1,123")


def test_powertools_reads_format_2_0() -> None:
    event = APIGatewayProxyEventV2(http_api_v2.event(full_call(Authorized("jwt", {"sub": "a"}, None))))
    assert event.json_body == {"a": 1}
    assert event.request_context.http.method == "GET"
    assert event.request_context.authorizer is not None
    assert event.request_context.authorizer.jwt_claim == {"sub": "a"}
    assert event.resolved_query_string_parameters == {"parameter1": ["value1", "value2"], "parameter2": ["value"]}


def test_powertools_reads_format_1_0() -> None:
    event = APIGatewayProxyEvent(http_api_v1.event(full_call()))
    assert (event.version, event.path, event.http_method) == ("1.0", "/my/path", "GET")
    assert event.multi_value_query_string_parameters == {"parameter1": ["value1", "value2"], "parameter2": ["value"]}
    assert event.request_context.identity.source_ip == "127.0.0.1"


def test_powertools_reads_the_authorizer_event() -> None:
    event = APIGatewayAuthorizerEventV2(authorizer_event.event(full_call(), "2.0", ("Bearer x",)))
    assert event.identity_source == ["Bearer x"]
    assert event.parsed_arn.http_method == "GET"
    assert event.parsed_arn.resource == "my/path"
