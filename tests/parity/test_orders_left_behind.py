"""Whatever a process left behind when it died, Cleanup and the next message put right.

Each order is written as the process that died would have left it.
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.waiting import wait_for
from tests.parity.orders_system import PATIENCE_S, OrdersSystem, Somebody


def left_behind(orders: OrdersSystem, who: Somebody, product: str, status: str, **changes: str) -> str:
    """The id of an order for two units that is due: a paid order's twin, put back to an earlier moment."""
    client, table = orders.client("dynamodb"), orders.system.parameter("orders-table")
    paid, twin = orders.paid(who, product, 2)["orderId"], uuid.uuid4().hex
    order = client.get_item(TableName=table, Key={"orderId": {"S": paid}}, ConsistentRead=True)["Item"]
    del order["paymentId"]
    begun = (datetime.now(UTC) - timedelta(minutes=2)).isoformat(timespec="microseconds")
    texts = {
        "orderId": twin,
        "status": status,
        "createdAt": begun,
        "updatedAt": begun,
        "customerPlace": f"{begun}#{twin}",
        "statusPlace": f"{begun}#{twin}",
        "duePartition": "due#0",
        **changes,
    }
    numbers = {"version": 1, "dueAt": int(datetime.now(UTC).timestamp()) - 5}
    typed = {name: {"S": value} for name, value in texts.items()}
    client.put_item(TableName=table, Item={**order, **typed, **{name: {"N": str(n)} for name, n in numbers.items()}})
    return twin


def clean_up(orders: OrdersSystem) -> dict[str, int]:
    """Cleanup, called by hand instead of every minute."""
    name = orders.system.parameter("cleanup-function")
    answer = orders.client("lambda").invoke(FunctionName=name, Payload=b'{"id": "by-hand"}')
    done: dict[str, int] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, done
    return done


def at_rest(orders: OrdersSystem, who: Somebody, order_id: str) -> dict[str, Any]:
    """The order as the table has it, when nobody needs to look at it any more."""

    def found() -> dict[str, Any] | None:
        order = next(one for one in orders.items("orders-table") if one["orderId"] == order_id)
        return None if "dueAt" in order else order

    order = wait_for(found, PATIENCE_S, every_s=0.1)
    assert order is not None
    return order


def test_order_that_was_stored_but_never_enqueued_is_paid(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product(stock=12)
    order_id = left_behind(orders, ada, product, "pending")

    assert clean_up(orders)["enqueued_again"] >= 1

    assert at_rest(orders, ada, order_id)["status"] == "paid"
    assert orders.stock(product) == 8


def test_order_that_nobody_could_process_for_an_hour_is_abandoned(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product(stock=12)
    long_ago = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    order_id = left_behind(orders, ada, product, "pending", createdAt=long_ago)

    clean_up(orders)

    order = at_rest(orders, ada, order_id)
    assert (order["status"], order["reason"]) == ("cancelled", "abandoned")
    assert orders.stock(product) == 10


def test_reservation_that_expired_returns_its_units(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product(stock=10)
    order_id = left_behind(orders, ada, product, "reserved")

    clean_up(orders)

    order = at_rest(orders, ada, order_id)
    assert (order["status"], order["reason"], order["refund"]) == ("cancelled", "reservation_expired", "done")
    assert orders.stock(product) == 10


def test_money_that_was_taken_before_the_process_died_goes_back_when_the_reservation_expires(
    orders: OrdersSystem,
) -> None:
    ada, product = orders.customer(), orders.product(stock=10)
    order_id = left_behind(orders, ada, product, "reserved")
    charge = {"amount": 2500, "currency": "EUR", "paymentMethod": "pm_card"}
    headers = {"authorization": f"Bearer {orders.payment_secret}", "idempotency-key": order_id}
    assert orders.call("POST", "/payment-stand-in/charges", json=charge, headers=headers).status_code == 200

    clean_up(orders)

    assert at_rest(orders, ada, order_id)["status"] == "refunded"
    assert orders.stock(product) == 10
    said = orders.payment(order_id)
    assert (said["taken"], said["kept"]) == (2500, 0)


def test_refund_that_was_never_asked_for_is_made(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product(stock=12)
    order_id = left_behind(orders, ada, product, "cancelled", refund="due")

    clean_up(orders)

    assert at_rest(orders, ada, order_id)["refund"] == "done"


def test_message_that_comes_three_times_changes_an_order_once(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product(stock=10)
    order_id = orders.paid(ada, product, 2)["orderId"]
    for number in range(3):
        orders.client("sqs").send_message(
            QueueUrl=orders.system.parameter("orders-queue"),
            MessageBody=json.dumps({"orderId": order_id, "correlationId": "again"}),
            MessageGroupId=ada.person_id,
            MessageDeduplicationId=f"{order_id}-{number}",
        )
    # The group is FIFO: once a later order of the same customer is paid, the three are done.
    orders.paid(ada, product, 1)

    assert orders.call("GET", f"/orders/{order_id}", ada).json()["version"] == 3
    assert orders.stock(product) == 7
    assert orders.payment(order_id)["timesTaken"] == 1
