"""The events of Lambda authorizers of REST APIs: TOKEN and REQUEST.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
"""

from __future__ import annotations

from typing import Any

from emulator.payloads.rest_call import RestCall
from emulator.payloads.rest_context import request_context
from emulator.payloads.rest_proxy import request_parts

_MAPS = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables")


def token_event(call: RestCall, token: str) -> dict[str, Any]:
    return {"type": "TOKEN", "methodArn": call.method_arn, "authorizationToken": token}


def request_event(call: RestCall) -> dict[str, Any]:
    """As a proxy event, without the body; what is empty there is an empty map here."""
    parts = request_parts(call)
    for name in _MAPS:
        parts[name] = parts[name] or {}
    return {"type": "REQUEST", "methodArn": call.method_arn, **parts, "requestContext": request_context(call)}
