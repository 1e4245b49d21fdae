"""Demo orders, placed through the API and moved on until they are in their state."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from seed.orders.api import Api
from seed.orders.data import DemoOrder
from seed.target import SeedError

_STAFF = "staff@example.com"
_PATIENCE_S = 60.0
_PAUSE_S = 0.02
_STEPS = {
    ("paid", "shipped"): "ship",
    ("paid", "delivered"): "ship",
    ("shipped", "delivered"): "deliver",
    ("paid", "refunded"): "cancel",
}
"""(state, wanted) -> what somebody must do."""
_BY_ITSELF = {"pending", "reserved"}


def place(api: Api, orders: Sequence[DemoOrder]) -> int:
    """How many were not in their state before. Raises SeedError.

    An Idempotency-Key each: who loads again gets the order of the first time.
    """
    placed = [(order, str(_placed(api, order)["orderId"])) for order in orders]
    return sum(_move_on(api, order, order_id) for order, order_id in placed)


def _placed(api: Api, order: DemoOrder) -> dict[str, Any]:
    body = {
        "items": [{"productId": product_id, "quantity": quantity} for product_id, quantity in order.items],
        "paymentMethod": "pm_decline" if order.state == "payment_failed" else "pm_card_visa",
    }
    headers = {"idempotency-key": f"demo-{order.number}"}
    made: dict[str, Any] = api.send("POST", "/orders", order.email, json=body, headers=headers, accepted=(200, 201))
    return made


def _move_on(api: Api, order: DemoOrder, order_id: str) -> bool:
    """False when there was nothing to do. An order that somebody moved elsewhere since stays there."""
    moved, deadline = False, time.monotonic() + _PATIENCE_S
    while (state := _state(api, order, order_id)) != order.state:
        if step := _STEPS.get((state, order.state)):
            api.send("POST", f"/orders/{order_id}/{step}", order.email if step == "cancel" else _STAFF)
        elif state not in _BY_ITSELF and (state, order.state) != ("cancelled", "refunded"):
            break
        elif time.monotonic() > deadline:
            raise SeedError(f"Order {order_id} is {state} and not {order.state} after {_PATIENCE_S:.0f} s")
        else:
            time.sleep(_PAUSE_S)
        moved = True
    return moved


def _state(api: Api, order: DemoOrder, order_id: str) -> str:
    return str(api.send("GET", f"/orders/{order_id}", order.email)["status"])
