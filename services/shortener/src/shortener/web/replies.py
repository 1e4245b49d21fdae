"""Answers of every handler: JSON, the one error shape, redirects and small pages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from shortener.domain.errors import InvalidFieldError, ShortenerError

Reply = dict[str, Any]

STATUS: Mapping[str, int] = {
    "malformed_request": 400,
    "invalid_next_token": 400,
    "sign_in_refused": 401,
    "not_owner": 403,
    "link_not_found": 404,
    "not_found": 404,
    "code_taken": 409,
    "changed_meanwhile": 409,
    "link_gone": 410,
    "too_large": 413,
    "unsupported_media_type": 415,
    "invalid_field": 422,
    "idempotency_key_reused": 422,
    "unavailable": 503,
    "service_paused": 503,
    "emergency_stop": 503,
}
"""The HTTP status of every error code; anything else is 500."""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:20vh auto 0;padding:0 1rem}}</style>
</head><body><h1>{title}</h1><p>{text}</p></body></html>
"""


def as_json(status: int, body: object, correlation_id: str, headers: Mapping[str, str] | None = None) -> Reply:
    """A JSON answer."""
    text = json.dumps(body, separators=(",", ":"))
    return _reply(status, "application/json", text, correlation_id, headers)


def nothing(correlation_id: str) -> Reply:
    """204."""
    return {"statusCode": 204, "headers": {"x-correlation-id": correlation_id}}


def redirect(target: str, cache_control: str, correlation_id: str) -> Reply:
    """302 without a body."""
    headers = {"location": target, "cache-control": cache_control, "x-correlation-id": correlation_id}
    return {"statusCode": 302, "headers": headers}


def page(status: int, title: str, text: str, correlation_id: str, headers: Mapping[str, str] | None = None) -> Reply:
    """A small page for people."""
    html = _PAGE.format(title=escape(title), text=escape(text))
    return _reply(status, "text/html; charset=utf-8", html, correlation_id, headers)


def error(
    code: str, message: str, request_id: str, correlation_id: str, details: Sequence[Mapping[str, str]] = ()
) -> Reply:
    """The error shape that all systems share."""
    body = {"error": {"code": code, "message": message, "details": list(details)}, "requestId": request_id}
    status = STATUS.get(code, 500)
    return as_json(status, body, correlation_id, {"retry-after": "1"} if status == 503 else None)


def refusal(failure: ShortenerError, request_id: str, correlation_id: str) -> Reply:
    """The answer to a use case's error."""
    details = [{"field": failure.field, "message": str(failure)}] if isinstance(failure, InvalidFieldError) else []
    message = "A field is not valid." if details else str(failure)
    if failure.code == "unavailable":
        message = "The service cannot answer right now; try again."
    return error(failure.code, message, request_id, correlation_id, details)


def _reply(status: int, kind: str, body: str, correlation_id: str, headers: Mapping[str, str] | None) -> Reply:
    all_headers = {"content-type": kind, "cache-control": "no-store", "x-correlation-id": correlation_id}
    return {"statusCode": status, "headers": {**all_headers, **(headers or {})}, "body": body}
