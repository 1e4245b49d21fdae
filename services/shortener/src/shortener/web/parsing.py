"""Bodies and queries of requests into models; what is wrong with them into 400, 413, 415 and 422."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from shortener.domain.errors import ShortenerError
from shortener.web.request import Event, header

Model = TypeVar("Model", bound=BaseModel)
MAX_BODY_BYTES = 16_384


class BadRequestError(ShortenerError):
    """A request that is not what the route takes; `details` has one (field, message) per wrong field."""

    def __init__(self, code: str, message: str, details: tuple[tuple[str, str], ...] = ()) -> None:
        self.code, self.details = code, details
        super().__init__(message)


def body(event: Event, model: type[Model]) -> Model:
    """The JSON body as a model; raises BadRequestError."""
    kind = header(event, "content-type").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise BadRequestError("unsupported_media_type", "Send Content-Type: application/json.")
    raw = _raw(event)
    if len(raw) > MAX_BODY_BYTES:
        raise BadRequestError("too_large", f"A body may have {MAX_BODY_BYTES} bytes.")
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadRequestError("malformed_request", "The body is not JSON.") from None
    if not isinstance(value, dict):
        raise BadRequestError("malformed_request", "The body must be a JSON object.")
    return _validated(value, model)


def query(event: Event, model: type[Model]) -> Model:
    """The query string as a model; raises BadRequestError."""
    return _validated(event.get("queryStringParameters") or {}, model)


def _raw(event: Event) -> bytes:
    text = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(text).encode()
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise BadRequestError("malformed_request", "The body cannot be decoded.") from None


def _validated(value: Mapping[str, object], model: type[Model]) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        details = tuple(
            (".".join(str(part) for part in found["loc"]) or "body", found["msg"].removeprefix("Value error, "))
            for found in error.errors(include_url=False, include_input=False)
        )
        raise BadRequestError("invalid_field", "Some fields are not valid.", details) from None
