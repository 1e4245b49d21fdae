"""What a WebSocket API answers by itself, and what it makes of a function's answer.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.payloads.function_answer import body_bytes, merged_headers, status_code
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.json_object import json_object

UNAUTHORIZED, TOO_MANY_REQUESTS = "Unauthorized", "Too Many Requests"
FORBIDDEN, INTERNAL_SERVER_ERROR, TIMED_OUT = "Forbidden", "Internal server error", "Endpoint request timed out"
STATUS = {FORBIDDEN: 403, TOO_MANY_REQUESTS: 429, INTERNAL_SERVER_ERROR: 500, TIMED_OUT: 504}
"""What an access log says of a message that was answered so."""
MOCK_VALUES = ("connectionId", "requestId", "routeKey")
_CONTEXT = re.compile(r"\$\{?context\.(\w+)\}?")
_SUBPROTOCOL = "sec-websocket-protocol"
_ANSWER_KEYS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})


@dataclass(frozen=True, slots=True)
class ConnectAnswer:
    """What $connect said: a status, the subprotocol it chose, and what a client that is refused is told."""

    status: int
    subprotocol: str | None = None
    message: str = FORBIDDEN


def connect_answer(payload: bytes) -> ConnectAnswer | None:
    """None when it is malformed, for which AWS refuses with 502."""
    answer = _proxy_answer(payload)
    status = status_code(answer.get("statusCode")) if answer is not None else None
    if answer is None or status is None:
        return None
    headers = answer.get("headers")
    named = {str(name).lower(): value for name, value in headers.items()} if isinstance(headers, dict) else {}
    chosen = named.get(_SUBPROTOCOL)
    return ConnectAnswer(status, chosen if isinstance(chosen, str) and chosen.isascii() else None)


def reply_body(payload: bytes) -> bytes | None:
    """The message that a two-way route sends back, empty when the answer has no body; None when it is malformed.

    A malformed answer fails on every route, one-way ones too, although nothing of a good one would be sent there.
    """
    answer = _proxy_answer(payload)
    return None if answer is None else body_bytes(answer.get("body"), is_base64=False)


def mock_reply(template: str, values: Mapping[str, str]) -> bytes:
    """A response template without logic; `values` are those of $context that it may name."""
    return _CONTEXT.sub(lambda match: values.get(match.group(1), ""), template).encode()


def is_plain(template: str) -> bool:
    """Whether a template needs no more than `mock_reply` does."""
    rest = _CONTEXT.sub(lambda match: "" if match.group(1) in MOCK_VALUES else match.group(), template)
    return "$" not in rest and "#" not in rest


def error_message(message: str, connection_id: str, request_id: str) -> bytes:
    """The frame that tells a client what became of its message, spaced as AWS spaces it."""
    return f'{{"message": "{message}", "connectionId":"{connection_id}", "requestId":"{request_id}"}}'.encode()


def refusal(status: int, message: str, connection_id: str, request_id: str) -> HttpResponse:
    """The answer to a handshake that is refused."""
    body = error_message(message, connection_id, request_id)
    return HttpResponse(status, (("content-type", "application/json"), ("x-amzn-requestid", request_id)), body)


def _proxy_answer(payload: bytes) -> dict[str, Any] | None:
    """The answer, if it has the form of a proxy integration's.

    As observed on live ones: a key that the form does not have spoils a message's answer
    (https://github.com/middyjs/middy/issues/1219), and null is "Malformed Lambda proxy response"
    (https://github.com/michalkvasnicak/aws-lambda-graphql/pull/48, of $disconnect; for messages that is inferred).
    """
    answer = json_object(payload)
    if answer is None or not set(answer) <= _ANSWER_KEYS:
        return None
    status, headers = answer.get("statusCode"), answer.get("headers")
    if status is not None and status_code(status) is None:
        return None
    if not isinstance(headers, dict | None) or merged_headers(headers, answer.get("multiValueHeaders")) is None:
        return None
    return None if body_bytes(answer.get("body"), is_base64=False) is None else answer
