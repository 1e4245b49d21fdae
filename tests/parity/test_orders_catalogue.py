"""The catalogue as customers, staff and integrations reach it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests

from tests.fakes.waiting import wait_for
from tests.parity.orders_system import OrdersSystem

PATIENCE_S = 20


def on_sale(orders: OrdersSystem, category: str, **other: Any) -> str:
    body = {"productId": f"P-{uuid.uuid4().hex[:12]}", "name": "Tea", "category": category, "price": 500, **other}
    answer = orders.call("POST", "/products", orders.staff, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["productId"])


def names(orders: OrdersSystem, **query: str) -> list[str]:
    """Over all pages of two."""
    found: list[str] = []
    query["limit"] = "2"
    while True:
        answer = orders.call("GET", "/products", params=query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [product["name"] for product in page["products"]]
        if not page["nextToken"]:
            return found
        query["nextToken"] = page["nextToken"]


def eventually(orders: OrdersSystem, expected: list[str], **query: str) -> None:
    """Indexes and what was remembered lag a moment."""
    wait_for(lambda: names(orders, **query) == expected, PATIENCE_S, every_s=0.2)
    assert names(orders, **query) == expected


@pytest.fixture
def category() -> str:
    return f"c{uuid.uuid4().hex[:12]}"


def test_anybody_searches_filters_and_sorts(orders: OrdersSystem, category: str) -> None:
    for name, price, stock in (("Green tea", 300, 5), ("Café mug", 900, 0), ("Black tea", 700, 1), ("Tin", 100, 2)):
        on_sale(orders, category, name=name, price=price, stock=stock)
    eventually(orders, ["Tin", "Green tea", "Black tea", "Café mug"], category=category, sort="price")
    eventually(orders, ["Tin", "Green tea", "Café mug", "Black tea"], category=category, sort="-name")
    eventually(orders, ["Tin", "Black tea", "Café mug", "Green tea"], category=category, sort="newest")
    eventually(orders, ["Black tea", "Green tea"], category=category, q="TEA", sort="name")
    eventually(orders, ["Café mug"], category=category, q="cafe")
    eventually(orders, ["Green tea", "Black tea"], category=category, minPrice="300", inStock="true", sort="price")


def test_a_forged_next_token_is_400(orders: OrdersSystem) -> None:
    answer = orders.call("GET", "/products", params={"nextToken": "Zm9yZ2Vk"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_next_token")


def test_customers_cannot_put_products_on_sale(orders: OrdersSystem) -> None:
    body = {"productId": "P-1", "name": "Tea", "category": "tea", "price": 1}
    assert orders.call("POST", "/products", orders.customer(), json=body).status_code == 403
    assert orders.call("POST", "/products", json=body).status_code == 401


def test_invalid_fields_are_422_one_detail_each(orders: OrdersSystem) -> None:
    body = {"productId": "no spaces", "name": "", "category": "tea", "price": -1}
    answer = orders.call("POST", "/products", orders.staff, json=body)
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["error"]["details"]} == {"productId", "name", "price"}


def test_changing_keeps_stock_and_the_slower_writer_is_told(orders: OrdersSystem, category: str) -> None:
    product_id = on_sale(orders, category, stock=9)
    change = {"price": 800, "version": 1}
    changed = orders.call("PUT", f"/products/{product_id}", orders.staff, json=change).json()
    assert (changed["price"], changed["stock"], changed["version"]) == (800, 9, 2)
    assert orders.call("PUT", f"/products/{product_id}", orders.staff, json=change).status_code == 409


def test_a_withdrawn_product_is_gone_and_cannot_be_ordered(orders: OrdersSystem, category: str) -> None:
    product_id = on_sale(orders, category, stock=9)
    assert orders.call("DELETE", f"/products/{product_id}", orders.staff).status_code == 204
    body = {"items": [{"productId": product_id, "quantity": 1}], "paymentMethod": "pm_card"}
    assert orders.call("POST", "/orders", orders.customer(), json=body).status_code == 422
    gone = wait_for(lambda: orders.call("GET", f"/products/{product_id}").status_code == 404, PATIENCE_S, every_s=0.2)
    assert gone


def test_an_import_reports_every_line(orders: OrdersSystem, category: str) -> None:
    lines = [f'{{"productId": "I-{uuid.uuid4().hex[:10]}", "name": "Tea {n}", "category": "{category}", "price": {n}}}'
             for n in range(60)]  # fmt: skip
    body = "\n".join([*lines, "nonsense", lines[0]])
    headers = {"content-type": "application/x-ndjson"}
    answer = orders.call("POST", "/products/import", orders.staff, data=body, headers=headers)
    report = answer.json()
    assert (answer.status_code, report["added"], report["updated"], report["failed"]) == (200, 60, 0, 2), report
    assert [error["line"] for error in report["errors"]] == [61, 62]
    eventually(orders, [f"Tea {n}" for n in range(60)], category=category, sort="price")
    again = orders.call("POST", "/products/import", orders.staff, data=body, headers=headers).json()
    assert (again["added"], again["updated"]) == (0, 60)


def integration(orders: OrdersSystem, *scopes: str) -> dict[str, str]:
    body = {"name": "ERP", "scopes": list(scopes)}
    answer = orders.call("POST", "/api-keys", orders.admin, json=body)
    assert answer.status_code == 201, answer.text
    return {"x-api-key": str(answer.json()["apiKey"]), "id": str(answer.json()["keyId"])}


def test_an_integration_counts_stock_with_its_key(orders: OrdersSystem, category: str) -> None:
    product_id = on_sale(orders, category, stock=1)
    key = {"x-api-key": integration(orders, "catalogue:write")["x-api-key"]}
    path = f"/integrations/products/{product_id}/stock"
    assert orders.call("POST", path, headers=key, json={"difference": 4}).json()["stock"] == 5
    assert orders.call("POST", path, headers=key, json={"difference": -6}).status_code == 409
    assert orders.stock(product_id) == 5


def test_a_key_opens_only_what_it_is_for(orders: OrdersSystem, category: str) -> None:
    product_id = on_sale(orders, category)
    key = {"x-api-key": integration(orders, "orders:read")["x-api-key"]}
    path = f"/integrations/products/{product_id}/stock"
    assert orders.call("POST", path, headers=key, json={"difference": 4}).status_code == 403
    assert orders.call("GET", "/users", headers=key).status_code == 401


def test_no_key_is_401_and_a_wrong_or_revoked_one_403(orders: OrdersSystem) -> None:
    def status(**headers: str) -> int:
        return requests.get(f"{orders.system.url}/integrations/orders", headers=headers, timeout=30).status_code

    key = integration(orders, "orders:read")
    assert status() == 401
    assert status(**{"x-api-key": "ok_0123456789abcdef_" + "s" * 43}) == 403
    assert orders.call("DELETE", f"/api-keys/{key['id']}", orders.admin).status_code == 200
    assert status(**{"x-api-key": key["x-api-key"]}) == 403


def test_the_document_describes_what_answers(orders: OrdersSystem) -> None:
    document = orders.call("GET", "/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"get", "post"} <= set(document["paths"]["/products"])
    assert document["paths"]["/audit"]["get"]["security"] == [{"person": ["audit:read"]}]
    assert document["paths"]["/products"]["get"]["security"] == []


def test_the_gateway_answers_preflights(orders: OrdersSystem) -> None:
    headers = {"origin": "http://localhost:3000", "access-control-request-method": "PUT"}
    answer = orders.call("OPTIONS", "/users/me", headers=headers)
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"


def test_everything_it_depends_on_answers(orders: OrdersSystem) -> None:
    answer = orders.call("GET", "/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok"), answer.text
