"""The demo data, loaded into a running system twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from seed.orders import data, loading
from seed.target import Target
from tests.parity.orders_system import OrdersSystem


def loaded(orders: OrdersSystem) -> list[str]:
    said: list[str] = []
    target = Target(orders.system.url, orders.system.stack, "dev", orders.client, datetime.now(UTC))
    loading.load(target, said.append)
    return said


def kept(orders: OrdersSystem) -> list[dict[str, Any]]:
    """Demo people, their orders, and what is on sale for them."""
    emails = {person.email for person in data.people()}
    people = [item for item in orders.items("people-table") if item["email"] in emails]
    theirs = {item["personId"] for item in people}
    on_sale = {product["productId"] for product in data.products()}
    ordered = [item for item in orders.items("orders-table") if item["customerId"] in theirs]
    return [*people, *ordered, *(item for item in orders.items("products-table") if item["productId"] in on_sale)]


def test_demo_data_is_there_after_the_first_loading_and_the_same_after_the_second(orders: OrdersSystem) -> None:
    loaded(orders)
    before = kept(orders)
    again = loaded(orders)
    assert kept(orders) == before
    assert {item["status"] for item in before if "orderId" in item} == {order.state for order in data.orders()}
    assert again[0].startswith("0 people created, 6 there already")
    assert again[1:] == ["0 products put on sale", "24 orders placed, 0 of them brought to their state now"]
