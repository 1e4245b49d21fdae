"""Reads what every route needs of an HTTP API event (payload 2.0), and refuses bodies that are not JSON objects.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from chat.domain.errors import ChatError, InvalidFieldError

Event = Mapping[str, Any]
MAX_BODY_BYTES = 32_768
_CORRELATION = re.compile(r"[A-Za-z0-9_.:/+=-]{1,128}").fullmatch


class MalformedRequestError(ChatError):
    """A request that is not what any route takes."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def header(event: Event, name: str) -> str:
    """A header by its lower-case name, empty when absent."""
    return str(event.get("headers", {}).get(name, ""))


def request_id(event: Event) -> str:
    return str(event.get("requestContext", {}).get("requestId", ""))


def correlation_id(event: Event) -> str:
    """The caller's X-Correlation-Id when it is harmless to repeat, else the request's own id."""
    given = header(event, "x-correlation-id")
    return given if given and _CORRELATION(given) else request_id(event)


def base_url(event: Event) -> str:
    """Where the API was called."""
    scheme = header(event, "x-forwarded-proto").partition(",")[0] or "https"
    host = header(event, "host") or event["requestContext"].get("domainName", "")
    return f"{scheme}://{host}"


def idempotency_key(event: Event) -> str | None:
    """Raises InvalidFieldError for one that is too long."""
    key = header(event, "idempotency-key")
    if len(key) > 255:
        raise InvalidFieldError("Idempotency-Key", "must be at most 255 characters")
    return key or None


def user_id(event: Event) -> str:
    """Whose request it is: the authorizer has said so."""
    return str(event["requestContext"]["authorizer"]["lambda"]["userId"])


def check_body(event: Event) -> None:
    """Raises MalformedRequestError unless a request that has a body has one of JSON."""
    if str(event["requestContext"]["http"]["method"]) not in ("POST", "PUT"):
        return
    kind = header(event, "content-type").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise MalformedRequestError("unsupported_media_type", "Send Content-Type: application/json.")
    raw = _raw(event)
    if len(raw) > MAX_BODY_BYTES:
        raise MalformedRequestError("too_large", f"A body may have {MAX_BODY_BYTES} bytes.")
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise MalformedRequestError("malformed_request", "The body is not JSON.") from None
    if not isinstance(value, dict):
        raise MalformedRequestError("malformed_request", "The body must be a JSON object.")


def _raw(event: Event) -> bytes:
    text = str(event.get("body") or "")
    if not event.get("isBase64Encoded"):
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise MalformedRequestError("malformed_request", "The body cannot be decoded.") from None
