"""Writes the audit trail and gives whole days back; audit_items.py says how entries lie. No entry is ever changed here.

An entry leaves after its time in the table; the archive has it by then. The item archive / <day> says that it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from orders.domain.audit import AuditEntry
from orders.repositories import audit_items as items
from orders.repositories.answering import RefusedError, answering
from orders.repositories.plain_items import from_item, to_item

ARCHIVE = "archive"


class TableAudit:
    """Implements the port Audit."""

    def __init__(self, client: Any, table: str, kept: timedelta) -> None:
        self._client, self._table, self._kept = client, table, kept

    def note(self, entry: AuditEntry) -> bool:
        ttl = int((entry.at + self._kept).timestamp())
        return _add(self._client, self._table, items.item(entry, ttl))


class TableAuditDays:
    """Implements the port AuditDays."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def pages_of(self, day: str) -> Iterator[Sequence[AuditEntry]]:
        asked = {
            "TableName": self._table,
            "IndexName": "day-index",
            "KeyConditionExpression": "#day = :day",
            "ExpressionAttributeNames": {"#day": "day"},
            "ExpressionAttributeValues": to_item({":day": day}),
        }
        with answering("audit"):
            for page in self._client.get_paginator("query").paginate(**asked):
                yield [items.entry(from_item(one)) for one in page["Items"]]

    def is_archived(self, day: str) -> bool:
        key = to_item({"entity": ARCHIVE, "place": day})
        with answering("audit"):
            return "Item" in self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)

    def note_archived(self, day: str) -> None:
        _add(self._client, self._table, to_item({"entity": ARCHIVE, "place": day}))


def _add(client: Any, table: str, item: dict[str, Any]) -> bool:
    try:
        with answering("audit"):
            client.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(entity)")
    except RefusedError:
        return False
    return True
