"""Turns changes of orders and products into audit entries, events for others, and metrics. Pure but for its ports.

A change may come more than once. Its entry is written once, by the id that the change itself carries; whoever hears of
it twice knows it by the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from orders.domain.audit import AuditEntry
from orders.domain.changes import Change, describe


@dataclass(frozen=True, slots=True)
class Announcement:
    """What others are told. `body` is JSON's plain values."""

    event_id: str
    event_type: str
    correlation_id: str
    body: Mapping[str, Any]


class Audit(Protocol):
    """The audit trail."""

    def note(self, entry: AuditEntry) -> bool:
        """False when the entry was there already."""

    def unname(self, entity: str, person_id: str, pseudonym: str) -> None:
        """Puts a name that says nothing in the place of a person's id, in all entries of a thing."""


class Announcer(Protocol):
    """Tells others."""

    def __call__(self, announcement: Announcement) -> None:
        """At least once; raises UnavailableError."""


class WatchChanges:
    """The use case behind the streams."""

    def __init__(
        self,
        audit: Audit,
        *,
        order_events: Announcer,
        stock_events: Announcer,
        low_stock: int,
        count: Callable[..., None],
    ) -> None:
        self._audit, self._order_events, self._stock_events = audit, order_events, stock_events
        self._low_stock, self._count = low_stock, count

    def watch(self, change: Change) -> AuditEntry:
        """The entry. First it is written, then announced: a retry after a crash between the two announces, and counts
        nothing twice."""
        entry = describe(change)
        if self._audit.note(entry):
            self._measure(entry, change)
        if change.loses_its_person:
            # A stream keeps the order of changes: all earlier entries of this order are written now.
            self._audit.unname(entry.entity, str(change.old["customerId"]), entry.person_id)
        if change.kind == "order":
            self._order_events(_of_order(entry, change))
        elif self._ran_low(change):
            self._stock_events(self._of_stock(entry, change))
        return entry

    def _measure(self, entry: AuditEntry, change: Change) -> None:
        if change.kind != "order" or entry.event_type == "OrderUpdated":
            return
        self._count(**{entry.event_type.replace("Order", "Orders", 1): 1})
        if entry.event_type == "OrderPaid":
            self._count(RevenueMinor=change.new["total"])
        if entry.event_type == "OrderRefunded":
            self._count(RefundedMinor=change.new["total"])

    def _ran_low(self, change: Change) -> bool:
        """It fell to the threshold or below with this very change."""
        if not change.new or "shelf" not in change.new:
            return False
        before = change.old.get("stock", self._low_stock + 1)
        return bool(change.new["stock"] <= self._low_stock < before)

    def _of_stock(self, entry: AuditEntry, change: Change) -> Announcement:
        body = {
            "eventId": entry.event_id,
            "eventType": "StockRanLow",
            "at": entry.at,
            "correlationId": entry.correlation_id,
            "productId": change.new["productId"],
            "name": change.new["name"],
            "stock": change.new["stock"],
            "threshold": self._low_stock,
        }
        return Announcement(entry.event_id, "StockRanLow", entry.correlation_id, body)


def _of_order(entry: AuditEntry, change: Change) -> Announcement:
    order = change.newest
    body = {
        "eventId": entry.event_id,
        "eventType": entry.event_type,
        "at": entry.at,
        "correlationId": entry.correlation_id,
        "orderId": order["orderId"],
        "customerId": order["customerId"],
        "status": order["status"],
        "total": order["total"],
        "currency": order["currency"],
        "reason": order.get("reason", ""),
    }
    return Announcement(entry.event_id, entry.event_type, entry.correlation_id, body)
