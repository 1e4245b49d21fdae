"""Writes what customers and staff are told, at most once per event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from typing import Any, Protocol

STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Notification:
    """A message to a person, by id, or to the staff. Whoever delivers it looks the address up."""

    recipient: str
    event_id: str
    event_type: str
    subject: str
    text: str
    at: str
    correlation_id: str


class Outbox(Protocol):
    """What is written here is delivered."""

    def put(self, notification: Notification) -> bool:
        """False when there is one for the same recipient and event: nothing is delivered again."""


_TEMPLATES: Mapping[str, tuple[str, str]] = {
    "OrderPaid": ("Your order is confirmed", "We received $amount for order $orderId and are packing it."),
    "OrderShipped": ("Your order is on its way", "Order $orderId has left us."),
    "OrderDelivered": ("Your order has arrived", "Order $orderId was delivered. Enjoy it!"),
    "OrderCancelled": ("Your order was cancelled", "Order $orderId was cancelled: $why."),
    "OrderPaymentFailed": ("Your payment failed", "The payment of $amount for order $orderId was not accepted: $why."),
    "OrderRefunded": ("Your money is on its way back", "We gave back $amount for order $orderId."),
    "StockRanLow": ("Stock is running low", "There are $stock units of $name ($productId) left."),
}


class Notify:
    """The use case behind the queue of notifications."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def notify(self, event: Mapping[str, Any]) -> bool:
        """Whether somebody is told now. Events that nobody is told of, and those told before, are nothing."""
        written = render(event)
        return written is not None and self._outbox.put(written)


def render(event: Mapping[str, Any]) -> Notification | None:
    """The message for an event, None where there is none."""
    texts = _TEMPLATES.get(event["eventType"])
    if texts is None:
        return None
    words = {
        **event,
        "amount": f"{event.get('total', 0) // 100}.{event.get('total', 0) % 100:02d} {event.get('currency', '')}",
        "why": str(event.get("reason") or "no reason given").replace("_", " "),
    }
    subject, text = (Template(one).substitute(words) for one in texts)
    recipient = str(event.get("customerId") or STAFF)
    return Notification(
        recipient, event["eventId"], event["eventType"], subject, text, event["at"], event["correlationId"]
    )
