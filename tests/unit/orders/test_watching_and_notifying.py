"""Every change is noted once, announced at least once and told to people at most once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from orders.domain.audit import AuditEntry
from orders.domain.changes import Change, describe
from orders.domain.errors import UnavailableError
from orders.services.notifying import Notification, Notify
from orders.services.watching import Announcement, WatchChanges

from tests.fakes.shop import NOON

ORDER = {
    "orderId": "o1",
    "customerId": "ada",
    "status": "pending",
    "total": 2500,
    "currency": "EUR",
    "correlationId": "c1",
    "paymentMethod": "pm_card",
    "version": 1,
}
PRODUCT = {"productId": "mug", "name": "Mug", "stock": 10, "price": 1250, "shelf": "catalogue", "version": 1}


@dataclass
class Watch:
    """A watcher of a shop that runs low at five."""

    entries: dict[str, AuditEntry] = field(default_factory=dict)
    announced: list[Announcement] = field(default_factory=list)
    low: list[Announcement] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    topic_answers: bool = True

    def watch(self, change: Change) -> None:
        WatchChanges(
            self,
            order_events=self.announce,
            stock_events=self.low.append,
            low_stock=5,
            count=lambda **values: self.counted.update(values),
        ).watch(change)

    def note(self, entry: AuditEntry) -> bool:
        return self.entries.setdefault(entry.event_id, entry) is entry

    def announce(self, announcement: Announcement) -> None:
        if not self.topic_answers:
            raise UnavailableError("the topic does not answer")
        self.announced.append(announcement)


@pytest.fixture
def shop() -> Watch:
    return Watch()


def of_order(before: dict[str, Any], after: dict[str, Any], event_id: str = "e1") -> Change:
    return Change(event_id, "order", "o1", NOON, before, after)


def of_product(before: dict[str, Any], after: dict[str, Any]) -> Change:
    return Change("e1", "product", "mug", NOON, before, after)


@pytest.mark.parametrize(
    ("status", "event_type"),
    [
        ("reserved", "OrderReserved"),
        ("paid", "OrderPaid"),
        ("payment_failed", "OrderPaymentFailed"),
        ("refunded", "OrderRefunded"),
        ("pending", "OrderUpdated"),
    ],
)
def test_change_of_state_names_the_event(status: str, event_type: str) -> None:
    assert describe(of_order(ORDER, {**ORDER, "status": status})).event_type == event_type


@pytest.mark.parametrize(
    ("before", "after", "event_type"),
    [
        ({}, PRODUCT, "ProductAdded"),
        (PRODUCT, {}, "ProductRemoved"),
        (PRODUCT, {**PRODUCT, "stock": 9}, "StockMoved"),
        (PRODUCT, {**PRODUCT, "price": 1, "version": 2}, "ProductChanged"),
        (PRODUCT, {name: value for name, value in PRODUCT.items() if name != "shelf"}, "ProductWithdrawn"),
    ],
)
def test_change_of_a_product_names_the_event(before: dict[str, Any], after: dict[str, Any], event_type: str) -> None:
    assert describe(of_product(before, after)).event_type == event_type


def test_entry_has_before_and_after_and_nothing_of_how_it_was_paid() -> None:
    entry = describe(of_order(ORDER, {**ORDER, "status": "paid", "version": 3}))

    assert entry.changes == {
        "status": {"before": "pending", "after": "paid"},
        "version": {"before": 1, "after": 3},
    }
    assert (entry.entity, entry.person_id, entry.correlation_id) == ("order#o1", "ada", "c1")
    assert "pm_card" not in str(describe(of_order({}, ORDER)))


def test_change_that_comes_twice_is_noted_and_counted_once_and_announced_under_one_id(shop: Watch) -> None:
    change = of_order(ORDER, {**ORDER, "status": "paid"})

    shop.watch(change)
    shop.watch(change)

    assert len(shop.entries) == 1
    assert shop.counted == {"OrdersPaid": 1, "RevenueMinor": 2500}
    assert {one.event_id for one in shop.announced} == {"e1"}


def test_death_between_note_and_announcement_is_made_good_by_the_retry(shop: Watch) -> None:
    shop.topic_answers = False
    with pytest.raises(UnavailableError):
        shop.watch(of_order({}, ORDER))
    shop.topic_answers = True

    shop.watch(of_order({}, ORDER))

    assert [one.event_type for one in shop.announced] == ["OrderPlaced"]
    assert shop.counted == {"OrdersPlaced": 1}


@pytest.mark.parametrize(("before", "after", "told"), [(6, 5, 1), (6, 0, 1), (5, 4, 0), (4, 6, 0), (10, 6, 0)])
def test_low_stock_is_announced_when_it_falls_to_the_threshold(shop: Watch, before: int, after: int, told: int) -> None:
    shop.watch(of_product({**PRODUCT, "stock": before}, {**PRODUCT, "stock": after}))
    assert len(shop.low) == told


@dataclass
class MemoryOutbox:
    """Implements the port Outbox."""

    written: dict[tuple[str, str], Notification] = field(default_factory=dict)

    def put(self, notification: Notification) -> bool:
        key = (notification.recipient, notification.event_id)
        return self.written.setdefault(key, notification) is notification


def test_customer_is_told_once_of_an_event_that_comes_twice(shop: Watch) -> None:
    shop.watch(of_order(ORDER, {**ORDER, "status": "paid"}))
    outbox = MemoryOutbox()

    told = [Notify(outbox).notify(shop.announced[0].body) for _ in range(2)]

    assert told == [True, False]
    (written,) = outbox.written.values()
    assert written.recipient == "ada"
    assert written.text == "We received 25.00 EUR for order o1 and are packing it."


@pytest.mark.parametrize(
    ("status", "subject"),
    [
        ("shipped", "Your order is on its way"),
        ("delivered", "Your order has arrived"),
        ("cancelled", "Your order was cancelled"),
        ("payment_failed", "Your payment failed"),
        ("refunded", "Your money is on its way back"),
    ],
)
def test_every_turn_that_matters_has_its_words(shop: Watch, status: str, subject: str) -> None:
    shop.watch(of_order(ORDER, {**ORDER, "status": status, "reason": "card_declined"}))
    outbox = MemoryOutbox()
    Notify(outbox).notify(shop.announced[0].body)
    assert [one.subject for one in outbox.written.values()] == [subject]


def test_nobody_is_told_of_a_reservation(shop: Watch) -> None:
    shop.watch(of_order(ORDER, {**ORDER, "status": "reserved"}))
    assert not Notify(MemoryOutbox()).notify(shop.announced[0].body)


def test_staff_are_told_of_low_stock(shop: Watch) -> None:
    shop.watch(of_product({**PRODUCT, "stock": 6}, {**PRODUCT, "stock": 5}))
    outbox = MemoryOutbox()
    Notify(outbox).notify(shop.low[0].body)
    assert [one.text for one in outbox.written.values()] == ["There are 5 units of Mug (mug) left."]
