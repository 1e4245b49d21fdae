"""What an order gives back when it ends before it was shipped. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from orders.domain.order import HOLDING_STOCK, MAYBE_CHARGED, Order, Refund, Status


def units(order: Order, sign: int) -> Mapping[str, int]:
    """How the stock of each product moves: -1 takes the order's units, 1 returns them."""
    return {line.product_id: sign * line.quantity for line in order.lines}


def cancelled(order: Order, now: datetime, reason: str, look_again: timedelta) -> tuple[Order, Mapping[str, int]]:
    """The cancelled order and the units that return to stock; raises ConflictError (illegal_move).

    Where the payment gateway may have taken money a refund is due, and the order stays due until it is done.
    """
    maybe_charged = order.status in MAYBE_CHARGED
    ended = order.moved(
        Status.CANCELLED,
        now,
        reason=reason,
        refund=Refund.DUE if maybe_charged else Refund.NONE,
        due_at=now + look_again if maybe_charged else None,
    )
    return ended, units(order, 1) if order.status in HOLDING_STOCK else {}
