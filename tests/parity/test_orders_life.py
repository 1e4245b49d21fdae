"""An order from its POST to the customer's door, or back; through queue, stream, topic and payment gateway."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.fakes.waiting import wait_for
from tests.parity.orders_system import PATIENCE_S, OrdersSystem


def body(product_id: str, quantity: int = 1, **changes: Any) -> dict[str, Any]:
    return {"items": [{"productId": product_id, "quantity": quantity}], "paymentMethod": "pm_card", **changes}


def test_order_is_answered_pending_and_paid_soon(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product(stock=10, price=1999)

    answer = orders.call("POST", "/orders", ada, json=body(product, 3))

    assert answer.status_code == 201
    placed = answer.json()
    assert answer.headers["location"] == f"/orders/{placed['orderId']}"
    assert (placed["status"], placed["total"], placed["currency"]) == ("pending", 5997, "EUR")
    assert orders.rested(ada, placed["orderId"])["status"] == "paid"
    assert orders.stock(product) == 7
    assert orders.payment(placed["orderId"])["kept"] == 5997


def test_paid_order_is_shipped_and_delivered_by_staff_only(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product()
    order_id = orders.paid(ada, product)["orderId"]

    assert orders.call("POST", f"/orders/{order_id}/ship", ada).status_code == 403
    early = orders.call("POST", f"/orders/{order_id}/deliver", orders.staff)
    assert (early.status_code, early.json()["error"]["code"]) == (409, "illegal_move")
    assert orders.call("POST", f"/orders/{order_id}/ship", orders.staff).json()["status"] == "shipped"
    late = orders.call("POST", f"/orders/{order_id}/cancel", ada)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "illegal_move")
    assert orders.call("POST", f"/orders/{order_id}/deliver", orders.staff).json()["status"] == "delivered"


def test_cancelled_order_is_refunded_and_its_units_return(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product(stock=10)
    order_id = orders.paid(ada, product, 4)["orderId"]

    answer = orders.call("POST", f"/orders/{order_id}/cancel", ada)

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    orders.when(ada, order_id, lambda order: order["status"] == "refunded")
    assert orders.stock(product) == 10
    said = orders.payment(order_id)
    assert (said["taken"], said["kept"]) == (5000, 0)


def test_order_for_more_than_there_is_is_cancelled_without_a_payment(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product(stock=2)

    order = orders.rested(ada, orders.placed(ada, product, 3)["orderId"])

    assert (order["status"], order["reason"]) == ("cancelled", "out_of_stock")
    assert orders.stock(product) == 2
    assert orders.payment(order["orderId"])["attempts"] == 0


def test_two_customers_cannot_both_have_the_last_one(orders: OrdersSystem) -> None:
    product = orders.product(stock=1)
    people = [orders.customer() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        placed = list(pool.map(lambda who: orders.placed(who, product), people))

    ended = [orders.rested(who, order["orderId"]) for who, order in zip(people, placed, strict=True)]

    assert sorted(order["status"] for order in ended) == ["cancelled"] * 3 + ["paid"]
    assert orders.stock(product) == 0


def test_declined_payment_returns_the_units(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product(stock=10)

    order = orders.rested(ada, orders.placed(ada, product, 2, "pm_decline")["orderId"])

    assert (order["status"], order["reason"]) == ("payment_failed", "card_declined")
    assert orders.stock(product) == 10
    assert orders.payment(order["orderId"])["kept"] == 0


@pytest.mark.parametrize("method", ["pm_fail_2", "pm_fail_4", "pm_hang_1"])
def test_gateway_that_fails_or_hangs_for_a_while_takes_the_money_once(orders: OrdersSystem, method: str) -> None:
    ada, product = orders.customer(), orders.product(stock=10)

    order = orders.rested(ada, orders.placed(ada, product, 1, method)["orderId"])

    assert order["status"] == "paid"
    said = orders.payment(order["orderId"])
    assert (said["timesTaken"], said["kept"]) == (1, 1250)


def test_order_whose_payment_keeps_failing_ends_in_the_dead_letter_queue_and_holds_its_units(
    orders: OrdersSystem,
) -> None:
    ada, product = orders.customer(), orders.product(stock=10)

    order_id = orders.placed(ada, product, 1, "pm_fail")["orderId"]

    assert wait_for(lambda: order_id in failed_orders(orders), PATIENCE_S, every_s=0.5)
    assert orders.call("GET", f"/orders/{order_id}", ada).json()["status"] == "reserved"
    assert orders.call("POST", f"/orders/{order_id}/cancel", ada).status_code == 200
    assert orders.stock(product) == 10
    assert orders.payment(order_id)["kept"] == 0


def failed_orders(orders: OrdersSystem) -> str:
    """The bodies of messages in the dead-letter queue; they stay there."""
    answer = orders.client("sqs").receive_message(
        QueueUrl=orders.system.parameter("failed-orders"), MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return " ".join(message["Body"] for message in answer.get("Messages", ()))


def test_every_step_is_audited_once_with_the_correlation_id_of_its_request(orders: OrdersSystem) -> None:
    ada, product, correlation = orders.customer(), orders.product(), f"test-{uuid.uuid4().hex}"
    placed = orders.call("POST", "/orders", ada, json=body(product), headers={"x-correlation-id": correlation})
    assert placed.headers["x-correlation-id"] == correlation
    order_id = placed.json()["orderId"]
    orders.rested(ada, order_id)

    entries = wait_for(lambda: at_least(3, orders.audit(f"order#{order_id}")), PATIENCE_S, every_s=0.1)

    assert entries is not None
    assert [entry["eventType"] for entry in entries] == ["OrderPlaced", "OrderReserved", "OrderPaid"]
    assert {entry["correlationId"] for entry in entries} == {correlation}
    assert entries[1]["changes"]["status"] == {"before": "pending", "after": "reserved"}


def test_customer_is_told_once_of_payment_and_shipping(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product()
    order_id = orders.paid(ada, product)["orderId"]
    orders.call("POST", f"/orders/{order_id}/ship", orders.staff)

    told = wait_for(lambda: at_least(2, orders.notifications(ada.person_id)), PATIENCE_S, every_s=0.1)

    assert told is not None
    assert sorted(one["eventType"] for one in told) == ["OrderPaid", "OrderShipped"]
    assert all(order_id in one["text"] for one in told)
    assert ada.email not in str(told)


def test_staff_are_told_when_stock_runs_low(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product(stock=6)
    orders.paid(ada, product, 2)

    def told() -> list[dict[str, Any]]:
        return [one for one in orders.notifications("staff") if product in one["text"]]

    assert wait_for(told, PATIENCE_S, every_s=0.1)[0]["eventType"] == "StockRanLow"


def at_least(count: int, found: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    return found if len(found) >= count else None
