"""What a change of a stored order or product means in the business's words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from orders.domain.audit import AuditEntry

_TOLD: Mapping[str, tuple[str, ...]] = {
    "order": ("status", "total", "currency", "reason", "refund", "paymentId", "version"),
    "product": ("name", "category", "price", "stock", "version"),
}
"""What an entry tells of a thing; never who ordered, and never how it was paid."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change as the stream tells it. `old` is empty for what is new, `new` for what is gone."""

    event_id: str
    kind: Literal["order", "product"]
    entity_id: str
    at: datetime
    old: Mapping[str, Any]
    new: Mapping[str, Any]

    @property
    def newest(self) -> Mapping[str, Any]:
        return self.new or self.old

    @property
    def loses_its_person(self) -> bool:
        """True when the order's customer wanted to be forgotten."""
        before, after = self.old.get("customerId"), self.new.get("customerId")
        return None not in (before, after) and before != after


def describe(change: Change) -> AuditEntry:
    """The entry: before and after of what differs, {"status": {"before": "paid", "after": "shipped"}}."""
    return AuditEntry(
        event_id=change.event_id,
        event_type=_order_event(change) if change.kind == "order" else _product_event(change),
        entity=f"{change.kind}#{change.entity_id}",
        at=change.at.astimezone(UTC).isoformat(timespec="microseconds"),
        person_id=str(change.newest.get("customerId", "")),
        correlation_id=str(change.newest.get("correlationId", "")),
        changes=dict(_changes(change)),
    )


def _changes(change: Change) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in _TOLD[change.kind]:
        before, after = change.old.get(name), change.new.get(name)
        if before != after:
            sides = {"before": before, "after": after}
            yield name, {side: value for side, value in sides.items() if value is not None}


def _order_event(change: Change) -> str:
    """OrderPlaced, OrderReserved, OrderPaid, OrderPaymentFailed, …; OrderUpdated within a state."""
    if not change.new:
        return "OrderErased"
    if not change.old:
        return "OrderPlaced"
    if change.old.get("status") == change.new["status"]:
        return "OrderUpdated"
    return "Order" + str(change.new["status"]).title().replace("_", "")


def _product_event(change: Change) -> str:
    if not change.new:
        return "ProductRemoved"
    if not change.old:
        return "ProductAdded"
    if change.old.get("shelf") and not change.new.get("shelf"):
        return "ProductWithdrawn"
    return "ProductChanged" if change.old.get("version") != change.new.get("version") else "StockMoved"
