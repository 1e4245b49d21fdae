"""Brings an order to where it can rest: reserve, charge, confirm; give units and money back where that fails.

One use case for every message: it looks at what the order is and does what comes next. So a message may come twice,
late or for the wrong reason, and the process may die between any two lines: the next one goes on from what is stored.
The gateway knows a charge by the order's id, so asking twice takes money once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from orders.domain.ending import units
from orders.domain.errors import ConflictError, NotFoundError, OutOfStockError, UnavailableError
from orders.domain.order import Order, Refund, Status
from orders.services.ports import Charge, Orders, Payments

_STEPS = 12
"""An order has at most three steps before it; the rest is for others who write it at the same time."""


class ProcessOrder:
    """The use case behind the queue of orders."""

    def __init__(
        self, orders: Orders, payments: Payments, *, reservation: timedelta, now: Callable[[], datetime]
    ) -> None:
        self._orders, self._payments, self._reservation, self._now = orders, payments, reservation, now

    def process(self, order_id: str) -> Order:
        """The order at rest. Raises NotFoundError; UnavailableError where the message must come again."""
        for _ in range(_STEPS):
            order = self._orders.find(order_id)
            if order is None:
                raise NotFoundError("order", order_id)
            step = self._next_step(order)
            if step is None:
                return order
            try:
                step(order)
            except ConflictError as conflict:
                if conflict.code != "changed_meanwhile":
                    raise
        raise UnavailableError(f"order {order_id} is being written all the time")

    def _next_step(self, order: Order) -> Callable[[Order], None] | None:
        if order.status is Status.PENDING:
            return self._reserve
        if order.status is Status.RESERVED:
            return self._pay
        return self._refund if order.refund is Refund.DUE else None

    def _reserve(self, order: Order) -> None:
        now = self._now()
        try:
            reserved = order.moved(Status.RESERVED, now, due_at=now + self._reservation)
            self._orders.save(reserved, units(order, -1))
        except OutOfStockError:
            self._orders.save(order.moved(Status.CANCELLED, now, reason="out_of_stock"), {})

    def _pay(self, order: Order) -> None:
        charge = Charge(order.order_id, order.total, order.currency, order.payment_method, order.correlation_id)
        charged = self._payments.charge(charge)
        if charged.payment_id:
            self._orders.save(order.moved(Status.PAID, self._now(), payment_id=charged.payment_id), {})
        else:
            failed = order.moved(Status.PAYMENT_FAILED, self._now(), reason=charged.reason)
            self._orders.save(failed, units(order, 1))

    def _refund(self, order: Order) -> None:
        amount = self._payments.refund(order.order_id, order.correlation_id)
        self._orders.save(order.refunded(amount, self._now()), {})
