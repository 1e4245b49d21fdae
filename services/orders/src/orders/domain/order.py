"""An order and its life. Pure.

pending ──► reserved ──► paid ──► shipped ──► delivered
   │           ├──► payment_failed
   ├───────────┴──► cancelled ──► refunded
   └── (paid) ──────────▲
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from orders.domain.errors import ConflictError


class Status(StrEnum):
    """Where an order is in its life."""

    PENDING = "pending"
    RESERVED = "reserved"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    PAYMENT_FAILED = "payment_failed"
    REFUNDED = "refunded"


class Refund(StrEnum):
    """Whether money must go back. `due` until the payment gateway said that nothing is kept."""

    NONE = "none"
    DUE = "due"
    DONE = "done"


MOVES: Mapping[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.RESERVED, Status.CANCELLED}),
    Status.RESERVED: frozenset({Status.PAID, Status.PAYMENT_FAILED, Status.CANCELLED}),
    Status.PAID: frozenset({Status.SHIPPED, Status.CANCELLED}),
    Status.SHIPPED: frozenset({Status.DELIVERED}),
    Status.DELIVERED: frozenset(),
    Status.CANCELLED: frozenset({Status.REFUNDED}),
    Status.PAYMENT_FAILED: frozenset(),
    Status.REFUNDED: frozenset(),
}
HOLDING_STOCK = frozenset({Status.RESERVED, Status.PAID})
"""States in which units are taken from stock and still with us: leaving them by cancelling gives the units back."""
MAYBE_CHARGED = frozenset({Status.RESERVED, Status.PAID})
"""States in which the payment gateway may have taken money."""


@dataclass(frozen=True, slots=True)
class Line:
    """So many units of a product at the catalogue's price when ordered, in minor units."""

    product_id: str
    name: str
    quantity: int
    unit_price: int

    @property
    def total(self) -> int:
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer ordered. `version` counts writes: whoever writes compares it.

    `payment_method` is the payment gateway's token for a card, never a card. `due_at` is when somebody must look at the
    order unless it moves on by itself; None when nobody needs to. `fingerprint` is of the request that placed it.
    """

    order_id: str
    customer_id: str
    status: Status
    lines: tuple[Line, ...]
    currency: str
    payment_method: str
    created_at: datetime
    updated_at: datetime
    correlation_id: str
    fingerprint: str
    version: int = 1
    reason: str = ""
    payment_id: str = ""
    refund: Refund = Refund.NONE
    due_at: datetime | None = None

    @property
    def total(self) -> int:
        """In minor units."""
        return sum(line.total for line in self.lines)

    def as_placed(self) -> Order:
        """As it was when it was placed: what the first answer to its POST said."""
        return replace(
            self, status=Status.PENDING, version=1, updated_at=self.created_at, reason="", refund=Refund.NONE
        )

    def moved(self, to: Status, now: datetime, *, due_at: datetime | None = None, **changes: object) -> Order:
        """The order one step on; raises ConflictError (illegal_move)."""
        if to not in MOVES[self.status]:
            raise ConflictError("illegal_move", f"An order that is {self.status} cannot become {to}.")
        return replace(
            self,
            status=to,
            version=self.version + 1,
            updated_at=now,
            due_at=due_at,
            **changes,  # type: ignore[arg-type]
        )

    def refunded(self, amount: int, now: datetime) -> Order:
        """A cancelled order when the gateway has spoken: refunded if it had taken money, else merely done with."""
        if amount:
            return self.moved(Status.REFUNDED, now, refund=Refund.DONE)
        return replace(self, refund=Refund.DONE, version=self.version + 1, updated_at=now, due_at=None)
