"""What a person was told: all of it, for the person to read or to remove."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import uniform
from typing import Any

from orders.domain.errors import UnavailableError
from orders.repositories.answering import answering
from orders.repositories.plain_items import from_item, to_item

_AT_ONCE = 25
_ATTEMPTS = 8


class TableNotificationsOfPeople:
    """Implements the port Notifications of privacy. The table's key is (recipient, eventId)."""

    def __init__(self, client: Any, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client, self._table, self._sleep = client, table, sleep

    def of(self, person_id: str) -> Sequence[Mapping[str, Any]]:
        kept = [from_item(item) for item in self._items(person_id)]
        return [{name: value for name, value in one.items() if name not in ("recipient", "ttl")} for one in kept]

    def remove(self, person_id: str) -> None:
        keys = [{"recipient": item["recipient"], "eventId": item["eventId"]} for item in self._items(person_id)]
        for start in range(0, len(keys), _AT_ONCE):
            self._delete(keys[start : start + _AT_ONCE])

    def _delete(self, keys: list[Any]) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            request = {self._table: [{"DeleteRequest": {"Key": key}} for key in keys]}
            with answering("notifications"):
                left = self._client.batch_write_item(RequestItems=request).get("UnprocessedItems", {})
            keys = [entry["DeleteRequest"]["Key"] for entry in left.get(self._table, [])]
            if not keys:
                return
            self._sleep(uniform(0, min(2.0, 0.05 * 2**attempt)))
        raise UnavailableError("notifications: some could not be removed")

    def _items(self, person_id: str) -> Iterator[dict[str, Any]]:
        with answering("notifications"):
            for page in self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="recipient = :person",
                ExpressionAttributeValues=to_item({":person": person_id}),
                ConsistentRead=True,
            ):
                yield from page["Items"]
