"""Reads an index newest first, a page at a time. A position is the last item's key in that index, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.adapters.clients import reaching
from assets.adapters.items import Item, attribute, from_item, to_item
from assets.domain.errors import ForgedTokenError
from assets.domain.ports import Now


@dataclass(frozen=True, slots=True)
class Index:
    """An index with `partition` and the sort key createdAt, of a table whose key is `key`."""

    dynamodb: Any
    table: str
    key: str
    name: str
    partition: str
    now: Now

    def page(
        self, value: str, limit: int, position: str | None, unless: Mapping[str, str] | None = None
    ) -> tuple[Sequence[Item], str | None]:
        """Up to `limit` items that have not expired, and the next position.

        `unless` leaves out items whose attribute has that value.
        """
        found: list[Item] = []
        for item in self._items(value, limit + 1, position, unless or {}):
            found.append(item)
            if len(found) > limit:
                return found[:limit], self._position(found[limit - 1])
        return found, None

    def _items(self, value: str, page_size: int, position: str | None, unless: Mapping[str, str]) -> Iterator[Item]:
        query = self._query(value, page_size, unless)
        start = self._start(value, position) if position is not None else None
        while True:
            with reaching("DynamoDB"):
                answer = self.dynamodb.query(**query, **({"ExclusiveStartKey": start} if start else {}))
            yield from answer["Items"]
            start = answer.get("LastEvaluatedKey")
            if not start:
                return

    def _query(self, value: str, page_size: int, unless: Mapping[str, str]) -> dict[str, Any]:
        # DynamoDB deletes within days what expired; until then it is only hidden.
        visible = ["(attribute_not_exists(#ttl) OR #ttl > :now)", *(f"#{name} <> :not_{name}" for name in unless)]
        return {
            "TableName": self.table,
            "IndexName": self.name,
            "KeyConditionExpression": "#partition = :partition",
            "FilterExpression": " AND ".join(visible),
            "ExpressionAttributeNames": {
                "#partition": self.partition,
                "#ttl": "ttl",
                **{f"#{name}": name for name in unless},
            },
            "ExpressionAttributeValues": {
                ":partition": attribute(value),
                ":now": attribute(int(self.now())),
                **{f":not_{name}": attribute(hidden) for name, hidden in unless.items()},
            },
            "ScanIndexForward": False,
            "Limit": page_size,
        }

    def _position(self, item: Item) -> str:
        plain = from_item(item)
        return json.dumps([plain[self.key], plain["createdAt"]])

    def _start(self, value: str, position: str) -> Item:
        try:
            key, created_at = json.loads(position)
        except ValueError:
            raise ForgedTokenError("nextToken is not one of ours.") from None
        return to_item({self.key: key, self.partition: value, "createdAt": created_at})
