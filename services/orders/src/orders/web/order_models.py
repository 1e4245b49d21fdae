"""Bodies of /orders. Money is an integer in minor units (cents)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from orders.domain.order import Order, Status
from orders.web.shapes import Asked, ProductId, Shown


class OrderItem(Asked):
    """So many units of a product. What they cost the catalogue says, nobody else."""

    product_id: ProductId
    quantity: Annotated[int, Field(ge=1, strict=True)]


class NewOrder(Asked):
    """What to order. `paymentMethod` is the payment gateway's token for a card, never a card number."""

    items: Annotated[list[OrderItem], Field(min_length=1, max_length=90)]
    payment_method: Annotated[str, StringConstraints(pattern=r"^pm_[A-Za-z0-9_-]{1,64}$")]


class OrderLine(Shown):
    """A product as it was ordered."""

    product_id: str
    name: str
    quantity: int
    unit_price: int
    total: int


class OrderView(Shown):
    """An order. `reason` says why it ended, where it ended early."""

    order_id: str
    customer_id: str
    status: Status
    items: list[OrderLine]
    total: int
    currency: str
    reason: str
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, order: Order) -> OrderView:
        lines = [
            OrderLine(
                product_id=line.product_id,
                name=line.name,
                quantity=line.quantity,
                unit_price=line.unit_price,
                total=line.total,
            )
            for line in order.lines
        ]
        return cls(
            order_id=order.order_id,
            customer_id=order.customer_id,
            status=order.status,
            items=lines,
            total=order.total,
            currency=order.currency,
            reason=order.reason,
            created_at=order.created_at,
            updated_at=order.updated_at,
            version=order.version,
        )


class OrderList(Shown):
    """One page, newest first; `nextToken` is null on the last."""

    orders: list[OrderView]
    next_token: str | None = None
