"""What all bodies of the API have in common: camelCase names, nothing unknown in requests; and what answers are said
to be in the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most")]
NextToken = Annotated[
    str | None, Query(alias="nextToken", max_length=2048, description="From the answer with the page before")
]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=255)]
UserId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class Asked(BaseModel):
    """A body that is sent to us. What we do not know is refused: a typing error must not pass silently."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class Shown(BaseModel):
    """A body that we send."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class ErrorDetail(Shown):
    """A field that is not valid."""

    field: str
    message: str


class ErrorBody(Shown):
    """What went wrong."""

    code: str
    message: str
    details: list[ErrorDetail]


class ErrorView(Shown):
    """Every error of every system looks like this."""

    error: ErrorBody
    request_id: str


_MEANINGS = {
    200: "Done",
    201: "Created",
    204: "Done",
    400: "Malformed request or forged nextToken",
    401: "Not signed in, or not any more",
    403: "The token is not valid, or the role does not allow it",
    404: "There is none, or the caller is no member",
    409: "Taken, full, changed meanwhile, or no group",
    413: "Too large",
    415: "Not JSON",
    422: "A field is not valid",
    429: "Too many requests, messages or guesses",
    503: "A dependency does not answer",
}
SIGNED_IN = (401, 403)
BODY_ERRORS = (400, 413, 415)
JSON = "application/json"


def answers(status: int, model: type[BaseModel] | None, *errors: int) -> dict[int, Any]:
    """The `responses` of a route; every route may also answer 422, 429 and 503."""
    failures = sorted({*errors, 422, 429, 503} - {status})
    return {status: _answer(status, model), **{code: _answer(code, ErrorView) for code in failures}}


def _answer(status: int, model: type[BaseModel] | None) -> dict[str, Any]:
    described: dict[str, Any] = {"description": _MEANINGS[status]}
    if model is not None:
        described["content"] = {JSON: {"model": model}}
    return described


def one_page(listed: BaseModel) -> dict[str, Any]:
    """A list as JSON values; the last page has no nextToken."""
    body = listed.model_dump(mode="json", by_alias=True)
    if body["nextToken"] is None:
        del body["nextToken"]
    return body
