"""What is kept of a person, and what stays when the person is forgotten."""

from __future__ import annotations

import json

from tests.fakes.waiting import wait_for
from tests.parity.orders_system import OrdersSystem, Somebody

PATIENCE_S = 30


def finished_order(orders: OrdersSystem, who: Somebody) -> str:
    order_id = str(orders.paid(who, orders.product())["orderId"])
    for step in ("ship", "deliver"):
        assert orders.call("POST", f"/orders/{order_id}/{step}", orders.staff).status_code == 200
    return order_id


def told_of_delivery(orders: OrdersSystem, who: Somebody) -> bool:
    return "OrderDelivered" in {one["eventType"] for one in orders.notifications(who.person_id)}


def test_an_export_has_everything(orders: OrdersSystem) -> None:
    somebody = orders.customer()
    order_id = finished_order(orders, somebody)
    assert wait_for(lambda: told_of_delivery(orders, somebody), PATIENCE_S, every_s=0.1)
    kept = orders.call("GET", "/privacy/export", somebody).json()
    assert kept["profile"]["email"] == somebody.email
    assert kept["account"]["email"] == somebody.email
    assert [order["orderId"] for order in kept["orders"]] == [order_id]
    assert {one["eventType"] for one in kept["notifications"]} >= {"OrderPaid", "OrderShipped", "OrderDelivered"}
    assert {one["eventType"] for one in kept["audit"]} >= {"OrderPlaced", "OrderPaid", "OrderDelivered"}


def test_nobody_is_forgotten_while_goods_are_owed(orders: OrdersSystem) -> None:
    somebody = orders.customer()
    order = orders.paid(somebody, orders.product())
    answer = orders.call("DELETE", "/privacy", somebody)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "orders_open")
    assert order["orderId"] in answer.json()["error"]["message"]


def test_who_is_forgotten_leaves_orders_and_audit_in_nobodys_name(orders: OrdersSystem) -> None:
    somebody = orders.customer()
    orders.call("PUT", "/users/me", somebody, json={"name": "Ada", "address": "12 St James's Square"})
    order_id = finished_order(orders, somebody)
    assert wait_for(lambda: told_of_delivery(orders, somebody), PATIENCE_S, every_s=0.1)
    before = len(orders.audit(f"order#{order_id}"))

    answer = orders.call("DELETE", "/privacy", somebody)

    assert answer.status_code == 204, answer.text
    order = orders.call("GET", f"/orders/{order_id}", orders.staff).json()
    assert (order["status"], order["customerId"].startswith("forgotten-")) == ("delivered", True)
    nameless = wait_for(lambda: unnamed(orders, order_id, before), PATIENCE_S, every_s=0.2)
    assert nameless, orders.audit(f"order#{order_id}")
    assert orders.notifications(somebody.person_id) == []
    assert orders.call("GET", "/users/me", somebody).status_code == 404
    cognito = orders.client("cognito-idp")
    found = cognito.list_users(UserPoolId=orders.system.parameter("user-pool"), Filter=f'email = "{somebody.email}"')
    assert found["Users"] == []
    for table in ("orders-table", "products-table", "audit-table", "notifications-table", "people-table"):
        kept = json.dumps(orders.items(table), default=str)
        assert somebody.person_id not in kept, table
        assert somebody.email not in kept, table


def unnamed(orders: OrdersSystem, order_id: str, before: int) -> bool:
    """The forgetting itself is in the audit too, and all of it is in the new name."""
    entries = orders.audit(f"order#{order_id}")
    return len(entries) > before and all(one["personId"].startswith("forgotten-") for one in entries)


def test_staff_look_the_audit_up_by_order_person_and_time(orders: OrdersSystem) -> None:
    somebody = orders.customer()
    order_id = finished_order(orders, somebody)

    def looked_up(**query: str) -> list[str]:
        page = orders.call("GET", "/audit", orders.staff, params={"limit": "100", **query}).json()
        return [one["eventType"] for one in page["entries"] if one["entity"] == f"order#{order_id}"]

    wanted = ["OrderDelivered", "OrderShipped", "OrderPaid", "OrderReserved", "OrderPlaced"]
    assert wait_for(lambda: looked_up(orderId=order_id) == wanted, PATIENCE_S, every_s=0.1), looked_up(orderId=order_id)
    assert wait_for(lambda: looked_up(userId=somebody.person_id) == wanted, PATIENCE_S, every_s=0.1)
    assert wait_for(lambda: looked_up() == wanted, PATIENCE_S, every_s=0.1)
    assert looked_up(orderId=order_id, to="2020-01-01T00:00:00Z") == []


def test_pages_of_the_audit_join_up(orders: OrdersSystem) -> None:
    somebody = orders.customer()
    order_id = finished_order(orders, somebody)
    assert wait_for(lambda: len(orders.audit(f"order#{order_id}")) == 5, PATIENCE_S, every_s=0.1)
    found: list[str] = []
    query = {"orderId": order_id, "limit": "2"}
    while True:
        page = orders.call("GET", "/audit", orders.staff, params=query).json()
        found += [one["eventId"] for one in page["entries"]]
        if not page["nextToken"]:
            break
        query["nextToken"] = page["nextToken"]
    assert found == [one["eventId"] for one in reversed(orders.audit(f"order#{order_id}"))]
