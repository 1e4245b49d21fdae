"""Answers of every route: JSON, and the one error shape that all systems share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from assets.domain.errors import AssetsError, InvalidFieldError

Reply = dict[str, Any]

STATUS: Mapping[str, int] = {
    "malformed_request": 400,
    "invalid_next_token": 400,
    "user_not_found": 404,
    "asset_not_found": 404,
    "not_found": 404,
    "email_taken": 409,
    "asset_not_uploaded": 409,
    "changed_meanwhile": 409,
    "asset_gone": 410,
    "too_large": 413,
    "unsupported_media_type": 415,
    "invalid_field": 422,
    "idempotency_key_reused": 422,
    "unavailable": 503,
}
"""The HTTP status of every error code; anything else is 500."""


def error(code: str, message: str, request_id: str, details: Sequence[Mapping[str, str]] = ()) -> Reply:
    """An error in the shared shape."""
    status = STATUS.get(code, 500)
    body = {"error": {"code": code, "message": message, "details": list(details)}, "requestId": request_id}
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    if status == 503:
        headers["retry-after"] = "1"
    return {"statusCode": status, "headers": headers, "body": json.dumps(body, separators=(",", ":"))}


def refusal(failure: AssetsError, request_id: str) -> Reply:
    """The answer to a use case's error."""
    if isinstance(failure, InvalidFieldError):
        return invalid([{"field": failure.field, "message": str(failure)}], request_id)
    message = str(failure)
    if failure.code == "unavailable":
        message = "The service cannot answer right now; try again."
    return error(failure.code, message, request_id)


def invalid(details: Sequence[Mapping[str, str]], request_id: str) -> Reply:
    """Fields that are not valid."""
    message = "A field is not valid." if len(details) == 1 else "Some fields are not valid."
    return error("invalid_field", message, request_id, details)


def details_of(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """One detail per field that pydantic refused; the place of the field (body, query) is not part of its name."""
    found = []
    for one in errors:
        field = ".".join(str(part) for part in one["loc"][1:]) or "body"
        found.append({"field": field, "message": str(one["msg"]).removeprefix("Value error, ")})
    return found
