"""The ports around orders in memory: orders with their stock, prices, queue, payments.

MemoryOrders passes the same tests as the tables: tests/integration/orders/test_order_table.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from orders.domain.errors import ConflictError, OutOfStockError, UnavailableError
from orders.domain.order import Line, Order, Status
from orders.services.ports import Charge, Charged, Offer, OrderPage

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class CrashError(BaseException):
    """The process dies here: nothing catches it."""


@dataclass
class StoppedClock:
    """Time that only a test moves."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def later(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class CrashPlan:
    """Dies before or after the n-th effect on the world; None never."""

    before: int | None = None
    after: int | None = None
    effects: int = 0

    def enter(self) -> None:
        self.effects += 1
        if self.effects == self.before:
            raise CrashError

    def leave(self) -> None:
        if self.effects == self.after:
            raise CrashError


@dataclass
class MemoryOrders:
    """Implements the port Orders."""

    stock: dict[str, int] = field(default_factory=dict)
    plan: CrashPlan = field(default_factory=CrashPlan)
    kept: dict[str, Order] = field(default_factory=dict)

    def find(self, order_id: str) -> Order | None:
        return self.kept.get(order_id)

    def add(self, order: Order) -> bool:
        if order.order_id in self.kept:
            return False
        self.kept[order.order_id] = order
        return True

    def save(self, order: Order, stock: Mapping[str, int]) -> None:
        self.plan.enter()
        before = self.kept.get(order.order_id)
        if before is None or before.version != order.version - 1:
            raise ConflictError("changed_meanwhile", "written by somebody else")
        missing = tuple(one for one, units in stock.items() if units < 0 and self.stock.get(one, 0) + units < 0)
        if missing:
            raise OutOfStockError(missing)
        for product_id, units in stock.items():
            self.stock[product_id] += units
        self.kept[order.order_id] = order
        self.plan.leave()

    def of_customer(self, customer_id: str, limit: int, position: str | None, status: Status | None) -> OrderPage:
        theirs = [order for order in self.kept.values() if order.customer_id == customer_id]
        return _page([order for order in theirs if status in (None, order.status)], "created_at", limit, position)

    def in_state(self, status: Status, limit: int, position: str | None) -> OrderPage:
        found = [order for order in self.kept.values() if order.status is status]
        return _page(found, "updated_at", limit, position)

    def due(self, now: datetime) -> Iterable[Sequence[Order]]:
        found = [order for order in self.kept.values() if order.due_at is not None and order.due_at <= now]
        return [found[begin : begin + 2] for begin in range(0, len(found), 2)]


@dataclass
class MemoryQueue:
    """Implements the port OrderQueue."""

    enqueued: list[str] = field(default_factory=list)
    answers: bool = True

    def enqueue(self, order: Order) -> None:
        if not self.answers:
            raise UnavailableError("the queue does not answer")
        self.enqueued.append(f"{order.order_id} {order.status}")

    def enqueue_all(self, orders: Sequence[Order]) -> None:
        for order in orders:
            self.enqueue(order)


@dataclass
class MemoryOffers:
    """Implements the port Offers."""

    prices: dict[str, int] = field(default_factory=dict)

    def of(self, product_ids: Iterable[str]) -> Mapping[str, Offer]:
        return {one: Offer(one, one.title(), self.prices[one]) for one in product_ids if one in self.prices}


@dataclass
class MemoryPayments:
    """Implements the port Payments; knows a charge by its key, as the gateway does."""

    plan: CrashPlan = field(default_factory=CrashPlan)
    declines: bool = False
    silent: bool = False
    taken: dict[str, int] = field(default_factory=dict)
    given_back: set[str] = field(default_factory=set)
    times_taken: Counter[str] = field(default_factory=Counter)

    def charge(self, charge: Charge) -> Charged:
        self.plan.enter()
        if self.declines:
            return Charged(reason="card_declined")
        if charge.key in self.given_back:
            return Charged(reason="voided")
        if charge.key not in self.taken:
            self.taken[charge.key] = charge.amount
            self.times_taken[charge.key] += 1
        self.plan.leave()
        if self.silent:
            raise UnavailableError("no answer")
        return Charged(payment_id=f"pay_{charge.key}")

    def refund(self, key: str, correlation_id: str) -> int:
        self.plan.enter()
        self.given_back.add(key)
        self.plan.leave()
        return self.taken.get(key, 0)

    def holds(self, key: str) -> int:
        """The money that is with the shop."""
        return 0 if key in self.given_back else self.taken.get(key, 0)


def an_order(order_id: str = "o1", *, customer: str = "ada", units: int = 2, now: datetime = NOON) -> Order:
    """A pending order for mugs at 12.50."""
    return Order(
        order_id=order_id,
        customer_id=customer,
        status=Status.PENDING,
        lines=(Line("mug", "Mug", units, 1250),),
        currency="EUR",
        payment_method="pm_card",
        created_at=now,
        updated_at=now,
        correlation_id="c1",
        fingerprint="f",
        due_at=now + timedelta(minutes=1),
    )


def _page(orders: list[Order], by: str, limit: int, position: str | None) -> OrderPage:
    places = {f"{getattr(order, by).isoformat(timespec='microseconds')}#{order.order_id}": order for order in orders}
    left = [place for place in sorted(places, reverse=True) if position is None or place < position]
    shown = left[:limit]
    return OrderPage(tuple(places[one] for one in shown), shown[-1] if len(left) > limit else None)
