"""What people do with orders that exist: read, list, cancel, ship, deliver."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orders.domain.ending import cancelled
from orders.domain.errors import ConflictError, ForbiddenError, NotFoundError, UnavailableError
from orders.domain.order import Order, Refund, Status
from orders.domain.paging import PageTokens
from orders.domain.permissions import Caller, Permission
from orders.services.ports import OrderQueue, Orders

_TRIES = 5
_EVERYBODYS = frozenset({Permission.ORDERS_READ, Permission.ORDERS_FULFIL})


@dataclass(frozen=True, slots=True)
class Listing:
    """Which orders: one's own unless staff ask for somebody's, or for everybody's in one state."""

    limit: int
    token: str | None = None
    status: Status | None = None
    customer_id: str | None = None


class ManageOrders:
    """The use cases behind GET /orders and everything below /orders/{orderId}."""

    def __init__(
        self,
        orders: Orders,
        queue: OrderQueue,
        tokens: PageTokens,
        *,
        look_again: timedelta,
        now: Callable[[], datetime],
        complain: Callable[[str], None],
    ) -> None:
        self._orders, self._queue, self._tokens = orders, queue, tokens
        self._look_again, self._now, self._complain = look_again, now, complain

    def read(self, caller: Caller, order_id: str) -> Order:
        """Raises NotFoundError, also for an order that is none of the caller's business."""
        order = self._orders.find(order_id)
        theirs = order is not None and order.customer_id == caller.caller_id
        if order is None or not (theirs or caller.permissions & _EVERYBODYS):
            raise NotFoundError("order", order_id)
        return order

    def listed(self, caller: Caller, asked: Listing) -> tuple[tuple[Order, ...], str | None]:
        """One page and the nextToken; raises ForbiddenError, ForgedTokenError."""
        everybody = asked.customer_id is None and asked.status is not None and caller.may(Permission.ORDERS_READ)
        customer_id = asked.customer_id or caller.caller_id
        if not everybody and customer_id != caller.caller_id and not caller.may(Permission.ORDERS_READ):
            raise ForbiddenError("These are somebody else's orders.")
        whose = "everybody" if everybody else f"customer {customer_id}"
        listed = f"orders\n{caller.caller_id}\n{whose}\n{asked.status or ''}"
        position = self._tokens.position(listed, asked.token)
        if everybody and asked.status is not None:
            page = self._orders.in_state(asked.status, asked.limit, position)
        else:
            page = self._orders.of_customer(customer_id, asked.limit, position, asked.status)
        return page.orders, self._tokens.sign(listed, page.position)

    def cancel(self, caller: Caller, order_id: str, correlation_id: str) -> Order:
        """Raises NotFoundError, ForbiddenError, ConflictError (illegal_move). Units return at once, money soon."""

        def step(order: Order) -> tuple[Order, Mapping[str, int]]:
            theirs = order.customer_id == caller.caller_id
            if not theirs and not caller.may(Permission.ORDERS_FULFIL):
                raise ForbiddenError("Only the customer or the staff may cancel an order.")
            reason = f"cancelled_by_{'customer' if theirs else 'staff'}"
            return cancelled(replace(order, correlation_id=correlation_id), self._now(), reason, self._look_again)

        ended = self._moved(caller, order_id, step)
        if ended.refund is Refund.DUE:
            self._hand_over(ended)
        return ended

    def ship(self, caller: Caller, order_id: str, correlation_id: str) -> Order:
        """Raises NotFoundError, ConflictError (illegal_move)."""
        return self._sent(caller, order_id, Status.SHIPPED, correlation_id)

    def deliver(self, caller: Caller, order_id: str, correlation_id: str) -> Order:
        """Raises NotFoundError, ConflictError (illegal_move)."""
        return self._sent(caller, order_id, Status.DELIVERED, correlation_id)

    def _sent(self, caller: Caller, order_id: str, to: Status, correlation_id: str) -> Order:
        return self._moved(
            caller, order_id, lambda order: (order.moved(to, self._now(), correlation_id=correlation_id), {})
        )

    def _hand_over(self, order: Order) -> None:
        """A refund is due in the table as well: where the queue does not answer now, Cleanup hands it over later."""
        try:
            self._queue.enqueue(order)
        except UnavailableError as failure:
            self._complain(str(failure))

    def _moved(self, caller: Caller, order_id: str, step: Callable[[Order], tuple[Order, Mapping[str, int]]]) -> Order:
        """One step of an order that others may move at the same time: read anew and judged anew, a few times."""
        for left in reversed(range(_TRIES)):
            order, stock = step(self.read(caller, order_id))
            try:
                self._orders.save(order, stock)
            except ConflictError as conflict:
                if conflict.code != "changed_meanwhile" or not left:
                    raise
            else:
                return order
        raise AssertionError("unreachable")
