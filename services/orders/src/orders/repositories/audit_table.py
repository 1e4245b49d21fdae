"""The audit trail. The table's key is `entity`, `place` = <time>#<event id>; entries are written once.

day-index     day = <YYYY-MM-DD>, place: everything of one day by time
person-index  personId, place: what happened to somebody's orders; only on entries that are somebody's
An entry leaves after `ttl`; the archive has it by then. The item archive / <day> says that a day is archived.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from orders.domain.audit import AuditEntry
from orders.repositories.answering import RefusedError, answering
from orders.repositories.plain_items import from_item, to_item

ARCHIVE = "archive"


class TableAudit:
    """Implements the port Audit."""

    def __init__(self, client: Any, table: str, kept: timedelta) -> None:
        self._client, self._table, self._kept = client, table, kept

    def note(self, entry: AuditEntry) -> bool:
        gone_at = datetime.fromisoformat(entry.at) + self._kept
        item = {
            "entity": entry.entity,
            "place": entry.place,
            "day": entry.day,
            "eventId": entry.event_id,
            "eventType": entry.event_type,
            "at": entry.at,
            "correlationId": entry.correlation_id,
            "changes": dict(entry.changes),
            "personId": entry.person_id or None,
            "ttl": int(gone_at.timestamp()),
        }
        return _add(self._client, self._table, item)

    def unname(self, entity: str, person_id: str, pseudonym: str) -> None:
        with answering("audit"):
            for page in self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="entity = :entity",
                FilterExpression="personId = :person",
                ExpressionAttributeValues=to_item({":entity": entity, ":person": person_id}),
                ConsistentRead=True,
            ):
                for found in page["Items"]:
                    unname(self._client, self._table, found, person_id, pseudonym)


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
                yield [entry(from_item(one)) for one in page["Items"]]

    def is_archived(self, day: str) -> bool:
        key = to_item({"entity": ARCHIVE, "place": day})
        with answering("audit"):
            return "Item" in self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)

    def note_archived(self, day: str) -> None:
        _add(self._client, self._table, {"entity": ARCHIVE, "place": day})


def entry(values: dict[str, Any]) -> AuditEntry:
    """An item's plain values as an entry."""
    return AuditEntry(
        event_id=values["eventId"],
        event_type=values["eventType"],
        entity=values["entity"],
        at=values["at"],
        correlation_id=values["correlationId"],
        changes=values["changes"],
        person_id=values.get("personId", ""),
    )


def unname(client: Any, table: str, found: dict[str, Any], person_id: str, pseudonym: str) -> bool:
    """Takes a person out of one item, and the correlation id: people may choose it. False when nobody was in it."""
    try:
        with answering("audit"):
            client.update_item(
                TableName=table,
                Key={"entity": found["entity"], "place": found["place"]},
                UpdateExpression="SET personId = :pseudonym, correlationId = :nothing",
                ConditionExpression="personId = :person",
                ExpressionAttributeValues=to_item({":pseudonym": pseudonym, ":person": person_id, ":nothing": ""}),
            )
    except RefusedError:
        # Removed by its TTL, or changed already, between reading and writing.
        return False
    return True


def _add(client: Any, table: str, item: dict[str, Any]) -> bool:
    try:
        with answering("audit"):
            client.put_item(TableName=table, Item=to_item(item), ConditionExpression="attribute_not_exists(entity)")
    except RefusedError:
        return False
    return True
