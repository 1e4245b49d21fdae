"""Looks at every order that is due: hands it over again, expires its reservation, or gives it up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from orders.domain.ending import cancelled
from orders.domain.errors import ConflictError
from orders.domain.order import Order, Status
from orders.services.ports import OrderQueue, Orders


class CleanUpOrders:
    """The use case behind the schedule. `run` can be cut off anywhere and run twice at once."""

    def __init__(
        self,
        orders: Orders,
        queue: OrderQueue,
        *,
        abandon: timedelta,
        look_again: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._orders, self._queue = orders, queue
        self._abandon, self._look_again, self._now = abandon, look_again, now

    def run(self, may_go_on: Callable[[], bool]) -> Mapping[str, int]:
        """How many orders were enqueued_again, expired, abandoned; stops when time is up."""
        done: Counter[str] = Counter()
        for orders in self._orders.due(self._now()):
            # The index is a moment behind: what moved on since is not due any more.
            due = (order for order in orders if order.due_at is not None and order.due_at <= self._now())
            looked_at = [self._look_at(order) for order in due if may_go_on()]
            done.update(counted for counted, _ in looked_at)
            # Some at a time: with many behind, as many requests again would keep the processor from them.
            self._queue.enqueue_all([order for _, order in looked_at if order is not None])
            if not may_go_on():
                break
        return done

    def _look_at(self, order: Order) -> tuple[str, Order | None]:
        """What became of it, and the order itself when the processor must look at it."""
        try:
            if order.status is Status.RESERVED:
                return "expired", self._ended(order, "reservation_expired")
            if order.status is Status.PENDING and self._now() - order.created_at >= self._abandon:
                return "abandoned", self._ended(order, "abandoned")
        except ConflictError:
            return "moved_meanwhile", None
        return "enqueued_again", order

    def _ended(self, order: Order, reason: str) -> Order | None:
        """The order as it was stored, if there is money to give back."""
        ended, stock = cancelled(order, self._now(), reason, self._look_again)
        self._orders.save(ended, stock)
        return ended if ended.due_at is not None else None
