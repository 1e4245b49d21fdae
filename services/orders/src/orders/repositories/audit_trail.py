"""Looks audit entries up, and takes people out of them; audit_table.py says how they lie."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from orders.domain.audit import AuditEntry
from orders.repositories.answering import answering
from orders.repositories.audit_table import entry, unname
from orders.repositories.plain_items import from_item, to_item
from orders.services.audit import AuditPage, Period


class TableAuditTrail:
    """Implements the port AuditTrail."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def of_entity(self, entity: str, period: Period, limit: int, position: str | None) -> AuditPage:
        return self._page("entity", entity, None, period, limit, position)

    def of_person(self, person_id: str, period: Period, limit: int, position: str | None) -> AuditPage:
        return self._page("personId", person_id, "person-index", period, limit, position)

    def in_period(self, period: Period, limit: int, position: str | None) -> AuditPage:
        """Day after day, the latest first, until the page is full."""
        found: list[AuditEntry] = []
        for day in _days(period, position):
            page = self._page("day", day, "day-index", period, limit - len(found), position)
            found += page.entries
            if page.position is not None or len(found) == limit:
                return AuditPage(tuple(found), found[-1].place)
        return AuditPage(tuple(found), None)

    def unname(self, person_id: str, pseudonym: str) -> int:
        """Puts a name that says nothing in the place of a person's id; how many entries were changed."""
        changed = 0
        with answering("audit"):
            for page in self._client.get_paginator("query").paginate(
                TableName=self._table,
                IndexName="person-index",
                KeyConditionExpression="personId = :person",
                ExpressionAttributeValues=to_item({":person": person_id}),
            ):
                changed += sum(unname(self._client, self._table, one, person_id, pseudonym) for one in page["Items"])
        return changed

    def _page(
        self, name: str, value: str, index: str | None, period: Period, limit: int, position: str | None
    ) -> AuditPage:
        start, end = _second(period.start), _second(period.end)
        # A place is a time and more: it equals no end, and those at an end's very second lie above it.
        bounds = {":start": start, ":end": min(end, position) if position else end}
        request: dict[str, Any] = {"TableName": self._table} | ({"IndexName": index} if index else {})
        with answering("audit"):
            answer = self._client.query(
                **request,
                KeyConditionExpression="#name = :value AND place BETWEEN :start AND :end",
                ExpressionAttributeNames={"#name": name},
                ExpressionAttributeValues=to_item({":value": value, **bounds}),
                ScanIndexForward=False,
                # The entry that the last page ended with comes once more.
                Limit=limit + 1 if position else limit,
            )
        found = [item for item in map(from_item, answer["Items"]) if item["place"] != position]
        shown = found[:limit]
        more = "LastEvaluatedKey" in answer or len(found) > limit
        position = shown[-1]["place"] if more and shown else None
        return AuditPage(tuple(entry(one) for one in shown), position)


def _second(moment: datetime) -> str:
    """What the places of that second begin with; later ones come after it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _days(period: Period, position: str | None) -> Iterator[str]:
    day = datetime.fromisoformat(position[:10]).date() if position else period.end.astimezone(UTC).date()
    while day >= period.start.astimezone(UTC).date():
        yield day.isoformat()
        day -= timedelta(days=1)
