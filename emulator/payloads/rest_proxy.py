"""Lambda proxy integration of REST APIs (payload format 1.0): the event, and the function's answer.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

import base64
from typing import Any

from emulator.payloads.function_answer import body_bytes, merged_headers, status_code
from emulator.payloads.http_message import HeaderPairs, HttpResponse
from emulator.payloads.json_object import json_object
from emulator.payloads.media_types import accepts_binary, is_binary
from emulator.payloads.multi_values import multi_value_parts
from emulator.payloads.remapped_headers import NEVER_SENT, remapped
from emulator.payloads.rest_call import RestCall
from emulator.payloads.rest_context import request_context
from emulator.payloads.rest_headers import headers_for_function

_ANSWER_KEYS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})


def event(call: RestCall) -> dict[str, Any]:
    """The event as a dict; what is empty is null."""
    body, is_base64 = _request_body(call)
    return {
        **request_parts(call),
        "requestContext": request_context(call),
        "body": body,
        "isBase64Encoded": is_base64,
    }


def request_parts(call: RestCall) -> dict[str, Any]:
    """Resource, path, headers, query and variables; a REQUEST authorizer's event has the same."""
    headers = headers_for_function(call.request)
    return {
        "resource": call.matched.resource_path,
        "path": call.path,
        "httpMethod": call.request.method,
        **multi_value_parts(headers, call.query),
        "pathParameters": dict(call.path_parameters) or None,
        "stageVariables": dict(call.api.stage_variables) or None,
    }


def response(call: RestCall, payload: bytes) -> HttpResponse | None:
    """The function's answer as a response; None when it is malformed, for which the gateway answers 502."""
    answer = json_object(payload)
    # An empty answer is an empty 200, but a key that the format does not have spoils it.
    if answer is None or not set(answer) <= _ANSWER_KEYS:
        return None
    status = status_code(answer["statusCode"]) if answer.get("statusCode") is not None else 200
    headers = _headers(answer.get("headers"), answer.get("multiValueHeaders"))
    body = _response_body(call, answer)
    if status is None or headers is None or body is None:
        return None
    return HttpResponse(status, remapped(_with_default_type(headers)), body)


def _request_body(call: RestCall) -> tuple[str | None, bool]:
    body = call.request.body
    if not body:
        return None, False
    if is_binary(call.request.header("content-type"), call.api.binary_media_types):
        return base64.b64encode(body).decode("ascii"), True
    # What is not listed as binary is passed on as text, and damaged where it is none.
    return body.decode("utf-8", "replace"), False


def _response_body(call: RestCall, answer: dict[str, Any]) -> bytes | None:
    """Base64 is decoded only for a client that asks for a type which the API lists as binary."""
    wanted = accepts_binary(call.request.header("accept"), call.api.binary_media_types)
    return body_bytes(answer.get("body"), answer.get("isBase64Encoded") if wanted else False)


def _headers(single: Any, multiple: Any) -> HeaderPairs | None:
    for headers in (single, multiple):
        if not _are_texts(headers):
            return None
    return merged_headers(single, multiple, whole_pairs=True, dropped=NEVER_SENT)


def _are_texts(headers: Any) -> bool:
    """Values are texts, truth values or lists of these; a number makes the answer malformed."""
    if headers is None:
        return True
    if not isinstance(headers, dict):
        return False
    values = [each for value in headers.values() for each in (value if isinstance(value, list) else [value])]
    return all(isinstance(each, str | bool) for each in values)


def _with_default_type(pairs: HeaderPairs) -> HeaderPairs:
    if any(name == "content-type" for name, _ in pairs):
        return pairs
    return (("content-type", "application/json"), *pairs)
