"""Places an order at the catalogue's prices and hands it to the processor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orders.domain.errors import InvalidFieldsError, UnavailableError
from orders.domain.idempotency import Request
from orders.domain.order import Line, Order, Status
from orders.services.ports import Offers, OrderQueue, Orders


@dataclass(frozen=True, slots=True)
class Limits:
    """What one order may be. `value` in minor units."""

    lines: int
    units_per_line: int
    value: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a customer asks for."""

    customer_id: str
    items: Sequence[tuple[str, int]]
    payment_method: str
    correlation_id: str


class PlaceOrder:
    """The use case behind POST /orders."""

    def __init__(
        self,
        orders: Orders,
        offers: Offers,
        queue: OrderQueue,
        *,
        limits: Limits,
        currency: str,
        look_again: timedelta,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        complain: Callable[[str], None],
    ) -> None:
        self._orders, self._offers, self._queue = orders, offers, queue
        self._limits, self._currency, self._look_again = limits, currency, look_again
        self._now, self._new_id, self._complain = now, new_id, complain

    def place(self, wanted: Wanted, request: Request) -> Order:
        """The order as placed. Raises InvalidFieldsError, KeyReusedError."""
        order_id = request.id_for(self._new_id)
        before = self._orders.find(order_id) if request.key else None
        return self._again(before, request) if before else self._first(order_id, wanted, request)

    def _first(self, order_id: str, wanted: Wanted, request: Request) -> Order:
        now = self._now()
        order = Order(
            order_id=order_id,
            customer_id=wanted.customer_id,
            status=Status.PENDING,
            lines=self._priced(wanted.items),
            currency=self._currency,
            payment_method=wanted.payment_method,
            created_at=now,
            updated_at=now,
            correlation_id=wanted.correlation_id,
            fingerprint=request.fingerprint,
            due_at=now + self._look_again,
        )
        if order.total > self._limits.value:
            raise InvalidFieldsError(("items", f"are worth {order.total}; an order may be worth {self._limits.value}"))
        if not self._orders.add(order):
            return self._again(self._orders.find(order_id), request)
        self._hand_over(order)
        return order

    def _hand_over(self, order: Order) -> None:
        """The stored order is due soon: where the queue does not answer now, Cleanup hands the order over later."""
        try:
            self._queue.enqueue(order)
        except UnavailableError as failure:
            self._complain(str(failure))

    def _again(self, before: Order | None, request: Request) -> Order:
        if before is None:
            raise UnavailableError("an order that exists cannot be read")
        request.require_same(before.fingerprint)
        return before.as_placed()

    def _priced(self, items: Sequence[tuple[str, int]]) -> tuple[Line, ...]:
        self._require_modest(items)
        offers = self._offers.of([product_id for product_id, _ in items])
        unknown = [number for number, (product_id, _) in enumerate(items) if product_id not in offers]
        if unknown:
            raise InvalidFieldsError(*((f"items.{number}.productId", "is not on sale") for number in unknown))
        return tuple(
            Line(product_id, offers[product_id].name, quantity, offers[product_id].price)
            for product_id, quantity in items
        )

    def _require_modest(self, items: Sequence[tuple[str, int]]) -> None:
        if not 1 <= len(items) <= self._limits.lines:
            raise InvalidFieldsError(("items", f"an order has 1 to {self._limits.lines} lines"))
        if len({product_id for product_id, _ in items}) < len(items):
            raise InvalidFieldsError(("items", "name a product once"))
        wrong = [number for number, (_, units) in enumerate(items) if not 1 <= units <= self._limits.units_per_line]
        if wrong:
            message = f"is 1 to {self._limits.units_per_line}"
            raise InvalidFieldsError(*((f"items.{number}.quantity", message) for number in wrong))
