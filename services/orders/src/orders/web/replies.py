"""The error body that all systems share, and the status of every error code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response

from orders.domain.errors import OrdersError

STATUS: Mapping[str, int] = {
    "malformed_request": 400,
    "invalid_next_token": 400,
    "forbidden": 403,
    "already_exists": 409,
    "changed_meanwhile": 409,
    "illegal_move": 409,
    "email_taken": 409,
    "own_role": 409,
    "own_status": 409,
    "stock_too_low": 409,
    "import_running": 409,
    "orders_open": 409,
    "gone": 410,
    "too_large": 413,
    "unsupported_media_type": 415,
    "invalid_field": 422,
    "idempotency_key_reused": 422,
    "unavailable": 503,
}
"""Codes that end in not_found are 404; anything else that is not here is 500."""


def status_of(code: str) -> int:
    return 404 if code.endswith("not_found") else STATUS.get(code, 500)


def error_body(code: str, message: str, request_id: str, details: Iterable[tuple[str, str]] = ()) -> dict[str, Any]:
    """{"error": {"code", "message", "details": [{"field", "message"}]}, "requestId"}"""
    listed = [{"field": field, "message": text} for field, text in details]
    return {"error": {"code": code, "message": message, "details": listed}, "requestId": request_id}


def error(code: str, message: str, request_id: str, details: Iterable[tuple[str, str]] = ()) -> Response[Any]:
    """An error answer."""
    status = status_of(code)
    headers = {"retry-after": "1"} if status == 503 else {}
    body = json.dumps(error_body(code, message, request_id, details), separators=(",", ":"))
    return Response(status, "application/json", body, headers=dict(headers))


def refusal(failure: OrdersError, request_id: str) -> Response[Any]:
    """The answer to a use case's error."""
    message = "The service cannot answer right now; try again." if failure.code == "unavailable" else str(failure)
    return error(failure.code, message, request_id, failure.details)


def plain(answer: Response[Any]) -> dict[str, Any]:
    """An answer that did not pass through the resolver, as API Gateway takes it."""
    headers = {"content-type": "application/json", **answer.headers}
    return {"statusCode": answer.status_code, "headers": headers, "body": answer.body, "isBase64Encoded": False}
