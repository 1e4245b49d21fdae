"""Errors in the one shape that all systems share, for the HTTP API and for the socket."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chat.domain.errors import ChatError, InvalidFieldError, LaterError

Reply = dict[str, Any]
Details = Sequence[Mapping[str, str]]

STATUS: Mapping[str, int] = {
    "malformed_request": 400,
    "invalid_next_token": 400,
    "unknown_action": 400,
    "wrong_credentials": 401,
    "session_ended": 401,
    "not_allowed": 403,
    "person_not_found": 404,
    "conversation_not_found": 404,
    "not_found": 404,
    "name_taken": 409,
    "not_a_group": 409,
    "conversation_full": 409,
    "changed_meanwhile": 409,
    "too_large": 413,
    "unsupported_media_type": 415,
    "invalid_field": 422,
    "idempotency_key_reused": 422,
    "too_many_attempts": 429,
    "too_fast": 429,
    "unavailable": 503,
}
"""The HTTP status of every error code; anything else is 500."""


def described(failure: ChatError) -> dict[str, Any]:
    """{"code", "message", "details"}"""
    if isinstance(failure, InvalidFieldError):
        return invalid([{"field": failure.field, "message": str(failure)}])
    message = str(failure)
    if failure.code == "unavailable":
        message = "The service cannot answer right now; try again."
    if failure.code == "session_ended":
        message = "Sign in again."
    return {"code": failure.code, "message": message, "details": []}


def invalid(details: Details) -> dict[str, Any]:
    """Fields that are not valid."""
    message = "A field is not valid." if len(details) == 1 else "Some fields are not valid."
    return {"code": "invalid_field", "message": message, "details": list(details)}


def refusal(failure: ChatError, request_id: str) -> Reply:
    """The answer to a use case's error."""
    retry_after_s = failure.retry_after_s if isinstance(failure, LaterError) else None
    return error(described(failure), request_id, retry_after_s)


def error(said: Mapping[str, Any], request_id: str, retry_after_s: int | None = None) -> Reply:
    """An HTTP answer."""
    status = STATUS.get(said["code"], 500)
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    if status == 503 or retry_after_s is not None:
        headers["retry-after"] = str(retry_after_s or 1)
    body = json.dumps({"error": said, "requestId": request_id}, separators=(",", ":"))
    return {"statusCode": status, "headers": headers, "body": body}


def details_of(errors: Sequence[Mapping[str, Any]], places: int = 1) -> list[dict[str, str]]:
    """One detail per field that pydantic refused; the first `places` of where it is (body, query) are no part of its
    name."""
    found = []
    for one in errors:
        field = ".".join(str(part) for part in one["loc"][places:]) or "body"
        found.append({"field": field, "message": str(one["msg"]).removeprefix("Value error, ")})
    return found
