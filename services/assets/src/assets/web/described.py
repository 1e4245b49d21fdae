"""What the OpenAPI document says of answers: their models, and which errors a route may give."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from assets.web.models import ErrorView

MEANINGS = {
    200: "Done",
    201: "Created",
    204: "Deleted",
    400: "Malformed request or forged nextToken",
    404: "There is none",
    409: "Taken, changed meanwhile, or not uploaded yet",
    410: "Deleted",
    413: "Too large",
    415: "Not JSON",
    422: "A field is not valid",
    429: "Too many requests",
    503: "A dependency does not answer",
}
BODY_ERRORS = (400, 413, 415)


def answers(status: int, model: type[BaseModel] | None, *errors: int) -> dict[int, Any]:
    """The `responses` of a route; every route may also answer 422, 429 and 503."""
    failures = sorted({*errors, 422, 429, 503})
    return {status: _answer(status, model), **{code: _answer(code, ErrorView) for code in failures}}


def _answer(status: int, model: type[BaseModel] | None) -> dict[str, Any]:
    described: dict[str, Any] = {"description": MEANINGS[status]}
    if model is not None:
        described["content"] = {"application/json": {"model": model}}
    return described
