"""Events as items of the table, on their way through its stream to statistics and the events bucket.

An event is `PK = EVENT#<writer>`, `SK = <number>`: one writer is one execution environment, so that no partition key
is hot however hot a link is, and the stream keeps each writer's events in order (ClickProcessor counts on that).
"""

from __future__ import annotations

from typing import Any

from shortener.adapters.aws_json import AwsError, AwsJsonClient
from shortener.domain.errors import UnavailableError
from shortener.domain.model import Event
from shortener.domain.ports import Now

KEPT_S = 7 * 24 * 3600
"""Longer than a stream keeps its records (24 h); afterwards TTL removes the item."""


def event_item(event: Event, now: float) -> dict[str, Any]:
    """The item of an event."""
    return {
        "PK": {"S": f"EVENT#{event.writer}"},
        "SK": {"S": f"{event.number:012d}"},
        "event": {"S": event.line},
        "ttl": {"N": str(int(now) + KEPT_S)},
    }


class TableOutbox:
    """One PutItem an event. Writing the same event again changes nothing."""

    def __init__(self, client: AwsJsonClient, table: str, now: Now) -> None:
        self._client, self._table, self._now = client, table, now

    def add(self, event: Event) -> None:
        try:
            self._client.call("PutItem", {"TableName": self._table, "Item": event_item(event, self._now())})
        except AwsError as error:
            raise UnavailableError(str(error)) from error
