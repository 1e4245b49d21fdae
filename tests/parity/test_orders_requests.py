"""What POST and GET /orders take and refuse, and whose orders one sees."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.parity.orders_system import OrdersSystem

GOOD = {"items": [{"productId": "mug-1", "quantity": 1}], "paymentMethod": "pm_card"}


def body(product_id: str, quantity: int = 1) -> dict[str, Any]:
    return {"items": [{"productId": product_id, "quantity": quantity}], "paymentMethod": "pm_card"}


def test_nobody_orders_without_a_token(orders: OrdersSystem) -> None:
    answer = orders.call("POST", "/orders", json=GOOD)
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"items": []}, "items"),
        ({"items": [{"productId": "mug-1", "quantity": 0}]}, "items.0.quantity"),
        ({"items": [{"productId": "mug-1", "quantity": "2"}]}, "items.0.quantity"),
        ({"items": [{"productId": "mug-1", "quantity": 1, "price": 1}]}, "items.0.price"),
        ({"paymentMethod": "4111 1111 1111 1111"}, "paymentMethod"),
        ({"total": 1}, "total"),
        ({"items": [{"productId": "no-such-product", "quantity": 1}]}, "items.0.productId"),
    ],
)
def test_invalid_field_is_422_with_its_name(orders: OrdersSystem, changes: dict[str, Any], field: str) -> None:
    answer = orders.call("POST", "/orders", orders.staff, json={**GOOD, **changes})

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_field"
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]
    assert answer.json()["requestId"]


def test_what_is_not_json_is_400_and_another_type_415(orders: OrdersSystem) -> None:
    json_type = {"content-type": "application/json"}
    broken = orders.call("POST", "/orders", orders.staff, data="{", headers=json_type)
    assert (broken.status_code, broken.json()["error"]["code"]) == (400, "malformed_request")
    other = orders.call("POST", "/orders", orders.staff, data="a", headers={"content-type": "text/plain"})
    assert (other.status_code, other.json()["error"]["code"]) == (415, "unsupported_media_type")
    large = orders.call("POST", "/orders", orders.staff, data=" " * 70_000, headers=json_type)
    assert (large.status_code, large.json()["error"]["code"]) == (413, "too_large")


def test_same_key_and_body_is_the_first_answer_and_another_body_is_422(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product()
    key = {"idempotency-key": uuid.uuid4().hex}

    first = orders.call("POST", "/orders", ada, json=body(product), headers=key)
    orders.rested(ada, first.json()["orderId"])
    again = orders.call("POST", "/orders", ada, json=body(product), headers=key)
    other = orders.call("POST", "/orders", ada, json=body(product, 2), headers=key)

    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert orders.stock(product) == 9


def test_order_of_somebody_else_is_404_and_staff_see_it(orders: OrdersSystem) -> None:
    ada, bob, product = orders.customer(), orders.customer(), orders.product()
    order_id = orders.paid(ada, product)["orderId"]

    missing = orders.call("GET", f"/orders/{order_id}", bob)
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "order_not_found")
    assert orders.call("POST", f"/orders/{order_id}/cancel", bob).status_code == 404
    assert orders.call("GET", f"/orders/{order_id}", orders.staff).status_code == 200


def test_own_orders_come_newest_first_page_by_page(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product()
    placed = [orders.placed(ada, product)["orderId"] for _ in range(3)]

    first = orders.call("GET", "/orders?limit=2", ada).json()
    rest = orders.call("GET", "/orders", ada, params={"limit": 2, "nextToken": first["nextToken"]}).json()

    assert [order["orderId"] for order in first["orders"] + rest["orders"]] == placed[::-1]
    assert rest["nextToken"] is None


def test_token_of_another_list_is_400(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product()
    for _ in range(2):
        orders.placed(ada, product)
    token = orders.call("GET", "/orders?limit=1", ada).json()["nextToken"]

    for who, params in ((orders.staff, {}), (ada, {"status": "paid"})):
        answer = orders.call("GET", "/orders", who, params={"limit": 1, "nextToken": token, **params})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_next_token")


def test_staff_list_everybodys_orders_in_a_state_and_customers_only_their_own(orders: OrdersSystem) -> None:
    ada, product = orders.customer(), orders.product()
    order_id = orders.paid(ada, product)["orderId"]

    everybody = orders.call("GET", "/orders?status=paid&limit=100", orders.staff).json()["orders"]
    hers = orders.call("GET", f"/orders?customerId={ada.person_id}", orders.staff).json()["orders"]

    assert order_id in [order["orderId"] for order in everybody]
    assert [order["orderId"] for order in hers] == [order_id]
    assert orders.call("GET", f"/orders?customerId={ada.person_id}", orders.customer()).status_code == 403
