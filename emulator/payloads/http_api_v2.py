"""Payload format 2.0 of HTTP APIs: the event for a function, and its answer as a response.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import json
from typing import Any

from emulator.payloads.api_call import ApiCall, Authorized
from emulator.payloads.function_answer import (
    PLAIN_TEXT,
    body_bytes,
    header_pairs,
    status_code,
    with_default_type,
    written_pairs,
)
from emulator.payloads.gateway_headers import headers_for_function
from emulator.payloads.http_message import HttpRequest, HttpResponse
from emulator.payloads.request_body import encoded_body
from emulator.payloads.request_target import query_pairs
from emulator.payloads.request_time import request_time


def event(call: ApiCall) -> dict[str, Any]:
    """The event as a dict; what is empty is absent, never null."""
    request = call.request
    document: dict[str, Any] = {
        "version": "2.0",
        "routeKey": call.route_key,
        "rawPath": call.path,
        "rawQueryString": request.query,
        **request_parts(call),
        "requestContext": request_context(call),
    }
    if call.authorized is not None:
        document["requestContext"]["authorizer"] = _authorizer(call.authorized)
    if call.path_parameters:
        document["pathParameters"] = dict(call.path_parameters)
    if call.api.stage_variables:
        document["stageVariables"] = dict(call.api.stage_variables)
    document["isBase64Encoded"] = False
    if request.body:
        document["body"], document["isBase64Encoded"] = encoded_body(request.body, request.header("content-type"))
    return document


def request_parts(call: ApiCall) -> dict[str, Any]:
    """`cookies`, `headers` and `queryStringParameters`; the authorizer's event has the same."""
    return parts_of(call.request, headers_for_function(call.request))


def parts_of(request: HttpRequest, headers: list[tuple[str, str]]) -> dict[str, Any]:
    """The same from a request and the headers that the function gets; function URLs have them too."""
    parts: dict[str, Any] = {}
    cookies = request_cookies(request)
    if cookies:
        parts["cookies"] = cookies
    parts["headers"] = _joined([pair for pair in headers if pair[0] != "cookie"])
    if request.query:
        query = _joined(query_pairs(request.query))
        if query:
            parts["queryStringParameters"] = query
    return parts


def request_cookies(request: HttpRequest) -> list[str]:
    """`name=value` strings in order, whether they came in one Cookie header or in several."""
    return [
        cookie
        for name, value in request.headers
        if name == "cookie"
        for cookie in (part.strip() for part in value.split(";"))
        if cookie
    ]


def request_context(call: ApiCall) -> dict[str, Any]:
    request = call.request
    return {
        "accountId": call.account_id,
        "apiId": call.api.api_id,
        "domainName": call.domain_name,
        "domainPrefix": call.api.api_id,
        "http": {
            "method": request.method,
            "path": call.path,
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": request.request_id,
        "routeKey": call.route_key,
        "stage": call.api.stage,
        "time": request_time(int(request.received_s)),
        "timeEpoch": int(request.received_s * 1000),
    }


def response(payload: bytes, *, default_type: str = PLAIN_TEXT) -> HttpResponse | None:
    """The function's answer as a response; None when it is malformed, for which the gateway answers 500.

    default_type: the content type of an answer that has a status code and names none.
    """
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return _inferred(answer, payload)
    return _explicit(answer, default_type)


def _inferred(answer: Any, payload: bytes) -> HttpResponse:
    """Without a status code API Gateway assumes 200 and JSON, and that the answer is the body."""
    body = answer.encode("utf-8", "replace") if isinstance(answer, str) else payload
    return HttpResponse(200, (("content-type", "application/json"),), body)


def _explicit(answer: dict[str, Any], default_type: str) -> HttpResponse | None:
    status = status_code(answer["statusCode"])
    headers = header_pairs(answer.get("headers"))
    body = body_bytes(answer.get("body"), answer.get("isBase64Encoded"))
    cookies = answer.get("cookies") or []
    if status is None or headers is None or body is None or not isinstance(cookies, list):
        return None
    set_cookies = written_pairs([("set-cookie", cookie) for cookie in cookies])
    if set_cookies is None:
        return None
    return HttpResponse(status, with_default_type((*headers, *set_cookies), default_type), body)


def _authorizer(authorized: Authorized) -> dict[str, Any]:
    if authorized.kind == "jwt":
        scopes = None if authorized.scopes is None else list(authorized.scopes)
        return {"jwt": {"claims": authorized.context, "scopes": scopes}}
    return {"lambda": authorized.context}


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Repeated names have their values joined with commas, in order."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined
