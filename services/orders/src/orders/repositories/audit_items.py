"""Audit entries as items of the audit table. The table's key is (entity, place), place = <time>#<event id>.

day-index      day = YYYY-MM-DD, place: what happened on a day
person-index   personId, place: what happened to somebody's orders; only on entries that are somebody's
`ttl` (epoch seconds) removes entries; the archive keeps them longer, without people's ids.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from orders.domain.audit import AuditEntry
from orders.repositories.plain_items import to_item


def item(entry: AuditEntry, ttl: int) -> dict[str, Any]:
    """A whole item that is removed at `ttl`."""
    at = written(entry.at)
    return to_item(
        {
            "entity": entry.entity,
            "place": f"{at}#{entry.event_id}",
            "day": at[:10],
            "at": at,
            "eventId": entry.event_id,
            "eventType": entry.event_type,
            "personId": entry.person_id or None,
            "correlationId": entry.correlation_id,
            "facts": dict(entry.facts),
            "ttl": ttl,
        }
    )


def entry(values: dict[str, Any]) -> AuditEntry:
    """An item's plain values as an entry."""
    return AuditEntry(
        event_id=values["eventId"],
        event_type=values["eventType"],
        entity=values["entity"],
        at=datetime.fromisoformat(values["at"]),
        person_id=values.get("personId", ""),
        correlation_id=values["correlationId"],
        facts=values["facts"],
    )


def written(moment: datetime) -> str:
    """A time as it is stored, in UTC; sorts as it passes."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
