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
            if not may_go_on():
                break
            waiting: list[Order] = []
            for order in orders:
                # The index is a moment behind: what moved on since is not due any more.
                if order.due_at is not None and order.due_at <= self._now():
                    done[self._look_at(order, waiting)] += 1
            # Some at a time: with many behind, as many requests again would keep the processor from them.
            self._queue.enqueue_all(waiting)
        return done

    def _look_at(self, order: Order, waiting: list[Order]) -> str:
        """Adds to `waiting` what the processor must look at."""
        try:
            if order.status is Status.RESERVED:
                return self._end(order, waiting, "reservation_expired", "expired")
            if order.status is Status.PENDING and self._now() - order.created_at >= self._abandon:
                return self._end(order, waiting, "abandoned", "abandoned")
        except ConflictError:
            return "moved_meanwhile"
        waiting.append(order)
        return "enqueued_again"

    def _end(self, order: Order, waiting: list[Order], reason: str, counted: str) -> str:
        ended, stock = cancelled(order, self._now(), reason, self._look_again)
        self._orders.save(ended, stock)
        if ended.due_at is not None:
            waiting.append(ended)
        return counted
