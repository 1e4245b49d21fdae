"""Payload format 1.0 as HTTP APIs send it (REST APIs differ in details): the event, and the answer.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

from typing import Any

from emulator.payloads.api_call import ApiCall, Authorized
from emulator.payloads.function_answer import body_bytes, merged_headers, status_code, with_default_type
from emulator.payloads.gateway_headers import headers_for_function
from emulator.payloads.http_message import HttpRequest, HttpResponse
from emulator.payloads.json_object import json_object
from emulator.payloads.multi_values import multi_value_parts
from emulator.payloads.request_body import encoded_body
from emulator.payloads.request_target import query_pairs
from emulator.payloads.request_time import request_time

# The gateway writes the names of these few headers in title case and leaves the client's own in lower case.
_TITLE_CASE = {
    name.lower(): name
    for name in (
        "Content-Length",
        "Content-Type",
        "Host",
        "User-Agent",
        "X-Amzn-Trace-Id",
        "X-Forwarded-For",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
    )
}
_IDENTITY_NULLS = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAmr",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
)


def event(call: ApiCall) -> dict[str, Any]:
    """The event as a dict; what is empty is null."""
    request = call.request
    document = {"version": "1.0", **request_parts(call), "requestContext": request_context(call)}
    document["requestContext"]["authorizer"] = _authorizer(call.authorized)
    body, is_base64 = encoded_body(request.body, request.header("content-type")) if request.body else (None, False)
    return {**document, "body": body, "isBase64Encoded": is_base64}


def request_parts(call: ApiCall) -> dict[str, Any]:
    """Resource, path, headers, query and variables; the authorizer's event has the same."""
    headers = [(_TITLE_CASE.get(name, name), value) for name, value in headers_for_function(call.request)]
    return {
        "resource": call.route.path,
        "path": call.path,
        "httpMethod": call.request.method,
        **multi_value_parts(headers, query_pairs(call.request.query)),
        "pathParameters": dict(call.path_parameters) or None,
        "stageVariables": dict(call.api.stage_variables) or None,
    }


def request_context(call: ApiCall) -> dict[str, Any]:
    request = call.request
    return {
        "accountId": call.account_id,
        "apiId": call.api.api_id,
        "domainName": call.domain_name,
        "domainPrefix": call.api.api_id,
        "extendedRequestId": request.request_id,
        "httpMethod": request.method,
        "identity": _identity(request),
        "path": call.path,
        "protocol": request.protocol,
        "requestId": request.request_id,
        "requestTime": request_time(int(request.received_s)),
        "requestTimeEpoch": int(request.received_s * 1000),
        "resourceId": call.route_key,
        "resourcePath": call.route.path,
        "stage": call.api.stage,
    }


def response(payload: bytes) -> HttpResponse | None:
    """The function's answer as a response; None when it is malformed, for which the gateway answers 500."""
    answer = json_object(payload)
    if answer is None:
        return None
    status = status_code(answer.get("statusCode"))
    headers = merged_headers(answer.get("headers"), answer.get("multiValueHeaders"))
    body = body_bytes(answer.get("body"), answer.get("isBase64Encoded"))
    if status is None or headers is None or body is None:
        return None
    return HttpResponse(status, with_default_type(headers), body)


def _identity(request: HttpRequest) -> dict[str, Any]:
    nulls: dict[str, Any] = dict.fromkeys(_IDENTITY_NULLS)
    return {**nulls, "sourceIp": request.source_ip, "userAgent": request.header("user-agent") or ""}


def _authorizer(authorized: Authorized | None) -> dict[str, Any]:
    if authorized is None:
        return {}
    if authorized.kind == "jwt":
        scopes = None if authorized.scopes is None else list(authorized.scopes)
        return {"claims": authorized.context, "scopes": scopes}
    principal = {} if authorized.principal_id is None else {"principalId": authorized.principal_id}
    return {**(authorized.context or {}), **principal}
