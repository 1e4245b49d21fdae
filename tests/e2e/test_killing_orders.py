"""kill -9 of functions and of the system while people order: every order ends once, stock and money stay in step."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from tests.e2e.terrarium_command import Terrarium, answered
from tests.fakes.waiting import wait_for
from tests.parity.orders_system import OrdersSystem, Somebody
from tests.parity.running_system import System

ORDERS, STOCK, CUSTOMERS, PRICE = 200, 150, 20, 1250
KILLS = ["function"] * 8 + ["system"] * 2
PAUSE_S = (0.3, 1.0)
PATIENCE_S = 150.0
IMPATIENT = {
    "ThrottlingRate": "100000",
    "ThrottlingBurst": "100000",
    "ProcessorTimeout": "5",
    "OrdersVisibilityTimeout": "6",
    "RetrySeconds": "1",
    "ReservationSeconds": "20",
    "LookAgainSeconds": "10",
    "AbandonSeconds": "30",
    "PaymentBreakerSeconds": "1",
}


def test_orders_survive_the_death_of_whatever_works_on_them(
    own_backend: None, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    terrarium = Terrarium(tmp_path / "state")
    try:
        assert_orders_survive(terrarium, tell)
    finally:
        terrarium.end()


def assert_orders_survive(terrarium: Terrarium, tell: Callable[[str], None]) -> None:
    up = terrarium.up("services/orders/template.yaml", parameters=IMPATIENT)
    assert up.returncode == 0, up.stdout + up.stderr
    shop = OrdersSystem(
        System("orders", "orders", f"http://127.0.0.1:{terrarium.ports[0]}", backend_of(terrarium), "us-east-1")
    )
    product, customers = shop.product(STOCK, PRICE), [shop.customer() for _ in range(CUSTOMERS)]
    seed, began = random.randrange(1_000_000), time.monotonic()

    with ThreadPoolExecutor(8) as pool:
        placing = [pool.submit(place, shop, customers[number % CUSTOMERS], product) for number in range(ORDERS)]
        kill_in_turn(terrarium, random.Random(seed))
        placed = [one.result(PATIENCE_S) for one in placing]
    orders = wait_for(lambda: at_rest(shop, placed), PATIENCE_S, every_s=0.5)
    assert orders, f"seed {seed}: {open_orders(shop, placed)}"
    entries = wait_for(lambda: audited(shop, orders), PATIENCE_S, every_s=0.5)

    states = Counter(order["status"] for order in orders.values())
    took = f"{ORDERS} orders at rest after {time.monotonic() - began:.0f} s"
    tell(f"{len(KILLS)} kills (seed {seed}), {took}: {dict(states)}")
    assert len(set(placed)) == ORDERS
    assert shop.stock(product) == STOCK - states["paid"]
    assert states["paid"] > 0
    for order_id, order in orders.items():
        said = shop.payment(order_id)
        assert said["kept"] == (PRICE if order["status"] == "paid" else 0), (seed, order_id)
        assert said["timesTaken"] <= 1
    assert entries is not None, f"seed {seed}: events are missing in the audit"
    assert {order_id: len(entries[order_id]) for order_id in orders} == {
        order_id: int(order["version"]) for order_id, order in orders.items()
    }


def place(shop: OrdersSystem, who: Somebody, product: str) -> str:
    """One order, asked for with one key until it is answered."""
    headers = {"authorization": f"Bearer {who.token}", "idempotency-key": uuid.uuid4().hex}
    body = {"items": [{"productId": product, "quantity": 1}], "paymentMethod": "pm_card"}

    def made() -> str | None:
        answer = answered(f"{shop.system.url}/orders", "POST", json=body, headers=headers)
        return str(answer.json()["orderId"]) if answer is not None and answer.status_code == 201 else None

    order_id = wait_for(made, PATIENCE_S, every_s=0.1)
    assert order_id is not None
    return order_id


def kill_in_turn(terrarium: Terrarium, chance: random.Random) -> None:
    for victim in chance.sample(KILLS, len(KILLS)):
        threading.Event().wait(chance.uniform(*PAUSE_S))
        assert wait_for(lambda victim=victim: kill(terrarium, victim, chance), 20.0), victim  # type: ignore[misc]


def kill(terrarium: Terrarium, victim: str, chance: random.Random) -> bool:
    """False when there is no such process now."""
    with suppress(psutil.Error, StopIteration, IndexError):
        system = terrarium.listener(terrarium.ports[0])
        (system if victim == "system" else chance.choice(terrarium.environments_of(system))).kill()
        return True
    return False


def backend_of(terrarium: Terrarium) -> str:
    return str(terrarium.status()["backend"]["endpoint"])


def stored(shop: OrdersSystem, placed: list[str]) -> dict[str, dict[str, Any]]:
    return {order["orderId"]: order for order in shop.items("orders-table") if order["orderId"] in set(placed)}


def open_orders(shop: OrdersSystem, placed: list[str]) -> dict[str, str]:
    return {order_id: str(order["status"]) for order_id, order in stored(shop, placed).items() if "dueAt" in order}


def at_rest(shop: OrdersSystem, placed: list[str]) -> dict[str, dict[str, Any]] | None:
    return None if open_orders(shop, placed) else stored(shop, placed)


def audited(shop: OrdersSystem, orders: dict[str, dict[str, Any]]) -> dict[str, list[str]] | None:
    """Events by order, once there are as many as orders were written."""
    events: dict[str, list[str]] = {order_id: [] for order_id in orders}
    for entry in shop.items("audit-table"):
        order_id = str(entry["entity"]).removeprefix("order#")
        if order_id in events:
            events[order_id].append(str(entry["eventType"]))
    written = sum(int(order["version"]) for order in orders.values())
    return events if sum(map(len, events.values())) >= written else None
