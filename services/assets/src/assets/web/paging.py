"""The query parameters of every list."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most")]
NextToken = Annotated[
    str | None, Query(alias="nextToken", max_length=2048, description="From the answer with the page before")
]
DEFAULT_LIMIT = 20
