"""1,000 orders at once for a product of which there are 100: exactly 100 are confirmed, and everything adds up.

Prints the figures: pytest -s tests/e2e/test_thousand_orders.py
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.fakes.waiting import wait_for
from tests.parity.orders_system import OrdersSystem, Somebody
from tests.parity.running_system import must_be_started, running

ORDERS, STOCK, CUSTOMERS, AT_ONCE, PRICE = 1000, 100, 50, 50, 1999
STORIES = {
    "paid": ["OrderPlaced", "OrderReserved", "OrderPaid"],
    "cancelled": ["OrderPlaced", "OrderCancelled"],
}
PATIENCE_S = 600.0
"""How long it took is told, not judged: an old DynamoDB Local, as some images of LocalStack have it, lets transactions
on one item hang until the SDK gives them up, and a batch with them."""
PARAMETERS = {
    "ThrottlingRate": "100000",
    "ThrottlingBurst": "100000",
    # What a batch that took too long held comes again soon: six times the function's timeout would be six minutes.
    "OrdersVisibilityTimeout": "75",
}


@pytest.mark.skipif(not must_be_started("orders"), reason="a load on a system of its own")
def test_of_a_thousand_orders_for_a_hundred_units_exactly_a_hundred_are_confirmed(
    tmp_path_factory: pytest.TempPathFactory, tell: Callable[[str], None]
) -> None:
    with running("orders", tmp_path_factory.mktemp("up"), PARAMETERS) as system:
        shop = OrdersSystem(system)
        product = shop.product(STOCK, PRICE)
        customers = [shop.customer() for _ in range(CUSTOMERS)]

        began = time.monotonic()
        orders = placed_at_once(shop, customers, product)
        placed_s = time.monotonic() - began
        ended = wait_for(lambda: all_at_rest(shop, orders), PATIENCE_S, every_s=0.5)
        processed_s = time.monotonic() - began
        assert ended, f"still open: {Counter(order['status'] for order in stored(shop, orders).values())}"

        stories = wait_for(lambda: all_audited(shop, ended), PATIENCE_S, every_s=0.5)
        audited_s = time.monotonic() - began
        tell(f"{ORDERS} orders answered in {placed_s:.1f} s, at rest after {processed_s:.1f} s")
        tell(f"audited after {audited_s:.1f} s: {dict(Counter(order['status'] for order in ended.values()))}")

        assert Counter(order["status"] for order in ended.values()) == {"paid": STOCK, "cancelled": ORDERS - STOCK}
        assert {order.get("reason", "") for order in ended.values()} == {"", "out_of_stock"}
        assert shop.stock(product) == 0
        assert_money_adds_up(shop, ended)
        assert stories
        assert all(story == STORIES[ended[order_id]["status"]] for order_id, story in stories.items())


def placed_at_once(shop: OrdersSystem, customers: list[Somebody], product: str) -> list[str]:
    """Ids of orders that were answered with 201: all of them."""
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=AT_ONCE))
    body = {"items": [{"productId": product, "quantity": 1}], "paymentMethod": "pm_card"}

    def place(number: int) -> requests.Response:
        headers = {"authorization": f"Bearer {customers[number % CUSTOMERS].token}"}
        return session.post(f"{shop.system.url}/orders", json=body, headers=headers, timeout=60)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(place, range(ORDERS)))
    assert Counter(answer.status_code for answer in answers) == {201: ORDERS}
    return [answer.json()["orderId"] for answer in answers]


def stored(shop: OrdersSystem, orders: list[str]) -> dict[str, dict[str, Any]]:
    """The orders by id, as the table has them."""
    return {order["orderId"]: order for order in shop.items("orders-table") if order["orderId"] in set(orders)}


def all_at_rest(shop: OrdersSystem, orders: list[str]) -> dict[str, dict[str, Any]] | None:
    found = stored(shop, orders)
    resting = all(order["status"] not in ("pending", "reserved") for order in found.values())
    return found if resting and len(found) == len(orders) else None


def all_audited(shop: OrdersSystem, orders: dict[str, dict[str, Any]]) -> dict[str, list[str]] | None:
    """The events of every order in order of time, once there are as many entries as orders were written."""
    entries = [entry for entry in shop.items("audit-table") if entry["entity"].removeprefix("order#") in orders]
    if len(entries) < sum(int(order["version"]) for order in orders.values()):
        return None
    stories: dict[str, list[str]] = {order_id: [] for order_id in orders}
    for entry in sorted(entries, key=lambda entry: str(entry["place"])):
        stories[str(entry["entity"]).removeprefix("order#")].append(str(entry["eventType"]))
    return stories


def assert_money_adds_up(shop: OrdersSystem, orders: dict[str, dict[str, Any]]) -> None:
    """The payment gateway's own ledger: taken once and kept for who gets the goods, never taken from others."""
    with ThreadPoolExecutor(4) as pool:
        ledger = list(pool.map(shop.payment, orders))
    kept = {said["idempotencyKey"]: (said["timesTaken"], said["kept"]) for said in ledger}
    assert {kept[order_id] for order_id, order in orders.items() if order["status"] == "paid"} == {(1, PRICE)}
    assert {kept[order_id] for order_id, order in orders.items() if order["status"] != "paid"} == {(0, 0)}
