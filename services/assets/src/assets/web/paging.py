"""The query parameters and the answer of every list."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most")]
NextToken = Annotated[
    str | None, Query(alias="nextToken", max_length=2048, description="From the answer with the page before")
]
DEFAULT_LIMIT = 20


def one_page(listed: BaseModel) -> dict[str, Any]:
    """A list as JSON values; the last page has no nextToken."""
    body = listed.model_dump(mode="json", by_alias=True)
    if body["nextToken"] is None:
        del body["nextToken"]
    return body
