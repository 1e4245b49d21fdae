"""What stays of a person who wants to be forgotten: orders and audit, for the books, in nobody's name. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from orders.domain.order import Order, Refund, Status

AT_REST = frozenset({Status.DELIVERED, Status.CANCELLED, Status.PAYMENT_FAILED, Status.REFUNDED})
"""States in which nothing more is owed, unless a refund is due."""
_PREFIX = "forgotten-"


def pseudonym(draw: Callable[[], str]) -> str:
    """A new name in the place of a person's id; nothing leads from it to the person."""
    return _PREFIX + draw()


def is_open(order: Order) -> bool:
    """True while the shop owes goods or money, or may be owed some: for that it must know whom."""
    return order.status not in AT_REST or order.refund is Refund.DUE


def unnamed(order: Order, name: str, now: datetime) -> Order:
    """The order as the books need it. Goods, prices and times stay; whose it was, how it was paid and asked goes."""
    return replace(
        order,
        customer_id=name,
        payment_method="",
        correlation_id="",
        fingerprint="",
        version=order.version + 1,
        updated_at=now,
    )
