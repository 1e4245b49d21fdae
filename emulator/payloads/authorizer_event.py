"""The event of a Lambda authorizer of an HTTP API, payload formats 1.0 and 2.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.payloads import http_api_v1, http_api_v2
from emulator.payloads.api_call import ApiCall


def event(call: ApiCall, version: str, identity: Sequence[str]) -> dict[str, Any]:
    """The authorizer's event; `identity` are the values of the identity sources, in their order."""
    return _event_v1(call, identity) if version == "1.0" else _event_v2(call, identity)


def _event_v2(call: ApiCall, identity: Sequence[str]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": call.route_arn,
        "identitySource": list(identity) or None,
        "routeKey": call.route_key,
        "rawPath": call.path,
        "rawQueryString": call.request.query,
        **http_api_v2.request_parts(call),
        "requestContext": http_api_v2.request_context(call),
    }
    if call.path_parameters:
        document["pathParameters"] = dict(call.path_parameters)
    if call.api.stage_variables:
        document["stageVariables"] = dict(call.api.stage_variables)
    return document


def _event_v1(call: ApiCall, identity: Sequence[str]) -> dict[str, Any]:
    joined = ",".join(identity) or None
    parts = http_api_v1.request_parts(call)
    # Format 1.0 of an authorizer has no multi-value maps, and empty maps where a function's event has null.
    kept = {name: value for name, value in parts.items() if not name.startswith("multiValue")}
    for name in ("queryStringParameters", "pathParameters", "stageVariables"):
        kept[name] = kept[name] or {}
    return {
        "version": "1.0",
        "type": "REQUEST",
        "methodArn": call.route_arn,
        "identitySource": joined,
        "authorizationToken": joined,
        **kept,
        "requestContext": http_api_v1.request_context(call),
    }
