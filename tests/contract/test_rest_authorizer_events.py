"""The events of a REST API's Lambda authorizers against recorded ones: every recorded key with its type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.data_classes.api_gateway_authorizer_event import (
    APIGatewayAuthorizerRequestEvent,
    APIGatewayAuthorizerTokenEvent,
)

from emulator.payloads.rest_authorizer_answer import parse
from emulator.payloads.rest_authorizer_event import request_event, token_event
from emulator.payloads.rest_call import RestCall
from tests.fakes.rest_calls import asked, rest_api, rest_call, rest_method

EVENTS = Path(__file__).parents[1] / "events" / "lambda-events"
# A client certificate exists only with mutual TLS, a key only where one was sent.
OPTIONAL = {"clientCert", "apiKey"}
# Maps whose keys are the client's or the template's.
FREE = {"headers", "multiValueHeaders", "queryStringParameters", "pathParameters", "stageVariables"}


def recorded(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return document


def full_call() -> RestCall:
    api = rest_api(rest_method("GET", "/request"), stage="test", stage_variables={"StageVar1": "stageValue1"})
    sent = asked(path="/request", query="QueryString1=queryValue1", HeaderAuth1="headerValue1")
    return rest_call(sent, api=api, path="/request", path_parameters={})


def assert_has(ours: Any, theirs: Any, where: str = "event") -> None:
    """Every recorded key is there with the recorded type."""
    assert type(ours) is type(theirs), where
    if isinstance(theirs, dict):
        for key in theirs.keys() - OPTIONAL:
            assert key in ours, f"{where}.{key}"
            if key not in FREE:
                assert_has(ours[key], theirs[key], f"{where}.{key}")


def test_request_event_has_every_recorded_key() -> None:
    ours = request_event(full_call())
    theirs = recorded("apigw-custom-auth-request-type-request")
    assert_has(ours, theirs)
    same = ("type", "resource", "path", "httpMethod", "queryStringParameters", "pathParameters", "stageVariables")
    assert {name: ours[name] for name in same} == {name: theirs[name] for name in same}
    assert ours["multiValueHeaders"]["HeaderAuth1"] == theirs["multiValueHeaders"]["HeaderAuth1"]
    assert ours.keys() == theirs.keys()


def test_token_event_has_the_recorded_keys() -> None:
    ours, theirs = token_event(full_call(), "allow"), recorded("apigw-custom-auth-request")
    assert ours.keys() == theirs.keys()
    assert (ours["type"], ours["authorizationToken"]) == (theirs["type"], theirs["authorizationToken"])


def test_recorded_answer_is_understood() -> None:
    document = recorded("apigw-custom-auth-response")
    # The recording is a form to be filled in.
    document["policyDocument"]["Statement"][0]["Effect"] = "Allow"
    answer = parse(json.dumps(document).encode())
    assert answer is not None
    assert (answer.principal_id, answer.usage_identifier_key) == ("yyyyyyyy", "{api-key}")
    assert answer.context == {"stringKey": "value", "numberKey": "1", "booleanKey": "true"}


def test_powertools_reads_both_events() -> None:
    request = APIGatewayAuthorizerRequestEvent(request_event(full_call()))
    assert (request.parsed_arn.stage, request.parsed_arn.resource) == ("test", "request")
    assert request.headers["HeaderAuth1"] == "headerValue1"
    token = APIGatewayAuthorizerTokenEvent(token_event(full_call(), "allow"))
    assert (token.authorization_token, token.parsed_arn.http_method) == ("allow", "GET")
