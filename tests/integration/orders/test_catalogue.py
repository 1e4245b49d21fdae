"""The catalogue in a real table: searching, paging, changing, importing."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.fakes.orders_account import Handler, OrdersAccount, http_event


@pytest.fixture
def api(load_orders: Callable[..., Handler]) -> Handler:
    return load_orders("api", CATALOGUE_CACHE_SECONDS="0")


@pytest.fixture
def category() -> str:
    return f"c{uuid.uuid4().hex[:12]}"


def answer(handler: Handler, event: dict[str, Any]) -> tuple[int, Any]:
    reply = handler(event, None)
    return reply["statusCode"], json.loads(reply["body"]) if reply.get("body") else None


def staff(route: str, **more: Any) -> dict[str, Any]:
    return http_event(route, person="grace", roles="[staff]", **more)


def product(category: str, **other: Any) -> dict[str, Any]:
    return {"productId": f"P-{uuid.uuid4().hex[:12]}", "name": "Tea", "category": category, "price": 500, **other}


def put_on_sale(api: Handler, category: str, **other: Any) -> str:
    status, made = answer(api, staff("POST /products", body=product(category, **other)))
    assert status == 201, made
    return str(made["productId"])


def found(api: Handler, **query: str) -> list[str]:
    """Names, over all pages."""
    names: list[str] = []
    while True:
        status, page = answer(api, http_event("GET /products", query=query))
        assert status == 200, page
        names += [one["name"] for one in page["products"]]
        if not page.get("nextToken"):
            return names
        query["nextToken"] = page["nextToken"]


@pytest.mark.parametrize("limit", ["1", "2", "100"])
def test_each_order_shows_every_product_once_however_long_the_pages(api: Handler, category: str, limit: str) -> None:
    for name, price in (("Bowl", 300), ("Äpple", 200), ("cup", 300), ("Dish", 100)):
        put_on_sale(api, category, name=name, price=price)
    by = {sort: found(api, category=category, sort=sort, limit=limit) for sort in ("price", "-price", "name", "newest")}
    assert by["price"][0] == "Dish"
    assert by["price"][1] == "Äpple"
    assert set(by["price"][2:]) == {"Bowl", "cup"}
    assert by["-price"] == by["price"][::-1]
    assert by["name"] == ["Äpple", "Bowl", "cup", "Dish"]
    assert by["newest"] == ["Dish", "cup", "Äpple", "Bowl"]


def test_everything_asked_must_hold_at_once(api: Handler, category: str) -> None:
    for name, price, stock in (
        ("Green tea", 300, 3),
        ("Green tea tin", 900, 3),
        ("Black tea", 300, 3),
        ("tea", 300, 0),
    ):
        put_on_sale(api, category, name=name, price=price, stock=stock, description="Café quality")
    assert found(api, category=category, q="TEA green", maxPrice="300") == ["Green tea"]
    assert found(api, category=category, minPrice="301") == ["Green tea tin"]
    assert set(found(api, category=category, inStock="true")) == {"Green tea", "Green tea tin", "Black tea"}
    assert len(found(api, category=category, q="cafe")) == 4
    assert found(api, category=category, q="coffee") == []


def test_pages_of_a_picky_search_miss_nothing(api: Handler, category: str) -> None:
    for number in range(12):
        put_on_sale(api, category, name=f"Tea {number:02}", stock=number % 2)
    assert found(api, category=category, inStock="true", limit="5", sort="name") == [
        f"Tea {number:02}" for number in range(1, 12, 2)
    ]


def test_a_token_of_another_search_is_refused(api: Handler, category: str) -> None:
    for _ in range(2):
        put_on_sale(api, category)
    _, page = answer(api, http_event("GET /products", query={"category": category, "limit": "1"}))
    query = {"category": category, "limit": "1", "sort": "price", "nextToken": page["nextToken"]}
    assert answer(api, http_event("GET /products", query=query))[1]["error"]["code"] == "invalid_next_token"


def test_a_product_of_the_same_id_is_refused(api: Handler, category: str) -> None:
    wanted = product(category)
    assert answer(api, staff("POST /products", body=wanted))[0] == 201
    status, refused = answer(api, staff("POST /products", body=wanted))
    assert (status, refused["error"]["code"]) == (409, "already_exists")


def test_a_changed_product_stands_elsewhere_and_keeps_its_stock(api: Handler, category: str) -> None:
    product_id = put_on_sale(api, category, stock=7)
    other = f"{category}-2"
    change = staff("PUT /products/{productId}", body={"category": other, "price": 900}, productId=product_id)
    status, changed = answer(api, change)
    assert (status, changed["price"], changed["stock"], changed["version"]) == (200, 900, 7, 2)
    assert found(api, category=category) == []
    assert found(api, category=other) == ["Tea"]


def test_the_slower_of_two_writers_is_told(api: Handler, category: str) -> None:
    product_id = put_on_sale(api, category)
    change = staff("PUT /products/{productId}", body={"price": 900, "version": 1}, productId=product_id)
    assert answer(api, change)[0] == 200
    assert answer(api, change)[1]["error"]["code"] == "changed_meanwhile"


def test_stock_moves_by_differences_and_never_below_zero(api: Handler, category: str) -> None:
    product_id = put_on_sale(api, category, stock=3)
    move = "POST /products/{productId}/stock"
    assert answer(api, staff(move, body={"difference": 5}, productId=product_id))[1]["stock"] == 8
    status, refused = answer(api, staff(move, body={"difference": -9}, productId=product_id))
    assert (status, refused["error"]["code"]) == (409, "stock_too_low")


def test_the_same_idempotency_key_moves_stock_once(api: Handler, category: str) -> None:
    product_id = put_on_sale(api, category, stock=3)
    move = "POST /products/{productId}/stock"
    headers = {"idempotency-key": uuid.uuid4().hex}
    first = answer(api, staff(move, body={"difference": 5}, headers=headers, productId=product_id))
    assert answer(api, staff(move, body={"difference": 1}, productId=product_id))[1]["stock"] == 9
    assert answer(api, staff(move, body={"difference": 5}, headers=headers, productId=product_id)) == first
    status, refused = answer(api, staff(move, body={"difference": 6}, headers=headers, productId=product_id))
    assert (status, refused["error"]["code"]) == (422, "idempotency_key_reused")
    assert answer(api, http_event("GET /products/{productId}", productId=product_id))[1]["stock"] == 9


def test_the_same_idempotency_key_makes_one_product(api: Handler, category: str) -> None:
    body, headers = product(category, stock=3), {"idempotency-key": uuid.uuid4().hex}
    first = answer(api, staff("POST /products", body=body, headers=headers))
    assert first[0] == 201
    assert answer(api, staff("POST /products", body=body, headers=headers)) == first
    other = {**body, "price": 1}
    assert answer(api, staff("POST /products", body=other, headers=headers))[1]["error"]["code"] == (
        "idempotency_key_reused"
    )
    assert answer(api, staff("POST /products", body=body))[1]["error"]["code"] == "already_exists"


def test_a_withdrawn_product_is_nowhere(api: Handler, category: str) -> None:
    product_id = put_on_sale(api, category)
    assert answer(api, staff("DELETE /products/{productId}", productId=product_id))[0] == 204
    assert answer(api, http_event("GET /products/{productId}", productId=product_id))[0] == 404
    assert answer(api, staff("DELETE /products/{productId}", productId=product_id))[0] == 404
    assert found(api, category=category) == []


def test_customers_cannot_change_the_catalogue(api: Handler, category: str) -> None:
    event = http_event("POST /products", person="ada", roles="[customer]", body=product(category))
    assert answer(api, event)[0] == 403


def test_each_wrong_field_is_named(api: Handler) -> None:
    body = {"productId": "!", "name": "", "category": "Tea", "price": 1.5, "colour": "red"}
    status, refused = answer(api, staff("POST /products", body=body))
    assert status == 422
    named = {detail["field"] for detail in refused["error"]["details"]}
    assert named == {"productId", "name", "category", "price", "colour"}


def test_a_wrong_query_names_its_field(api: Handler) -> None:
    status, refused = answer(api, http_event("GET /products", query={"limit": "1000"}))
    assert (status, refused["error"]["details"][0]["field"]) == (422, "limit")


def test_what_was_read_is_remembered_for_a_moment_and_forgotten_when_changed_here(
    load_orders: Callable[..., Handler], orders_account: OrdersAccount, category: str
) -> None:
    api = load_orders("api", CATALOGUE_CACHE_SECONDS="3600")
    product_id = put_on_sale(api, category, stock=3)
    read = http_event("GET /products/{productId}", productId=product_id)
    assert answer(api, read)[1]["stock"] == 3
    orders_account.client("dynamodb").update_item(
        TableName=orders_account.variables["PRODUCTS_TABLE"],
        Key={"productId": {"S": product_id}},
        UpdateExpression="SET stock = :left",
        ExpressionAttributeValues={":left": {"N": "1"}},
    )
    assert answer(api, read)[1]["stock"] == 3
    assert answer(api, staff("PUT /products/{productId}", body={"price": 7}, productId=product_id))[0] == 200
    assert answer(api, read)[1]["stock"] == 1


def imported(api: Handler, body: str, kind: str = "text/csv") -> Mapping[str, Any]:
    status, report = answer(api, staff("POST /products/import", body=body, headers={"content-type": kind}))
    assert status == 200, report
    return dict(report)


def test_an_import_accounts_for_every_line(api: Handler, category: str) -> None:
    known = put_on_sale(api, category, stock=7)
    fresh = f"P-{uuid.uuid4().hex[:12]}"
    body = (
        "productId,name,category,price,stock\n"
        f"{fresh},New tea,{category},250,5\n"
        f"{known},Old tea,{category},350,99\n"
        f"bad id!,Tea,{category},350,1\n"
        f"{fresh},Again,{category},1,1\n"
    )
    report = imported(api, body)
    assert (report["added"], report["updated"], report["failed"]) == (1, 1, 2)
    assert [(error["line"], error["field"]) for error in report["errors"]] == [(4, "productId"), (5, "line")]
    assert answer(api, http_event("GET /products/{productId}", productId=fresh))[1]["stock"] == 5
    _, kept = answer(api, http_event("GET /products/{productId}", productId=known))
    assert (kept["name"], kept["price"], kept["stock"]) == ("Old tea", 350, 7)


def test_hundreds_of_json_lines_are_imported_and_imported_again(api: Handler, category: str) -> None:
    lines = [json.dumps(product(category, name=f"Tea {number}")) for number in range(120)]
    body = "\n".join(lines)
    assert imported(api, body, "application/x-ndjson")["added"] == 120
    assert imported(api, body, "application/x-ndjson")["updated"] == 120
    assert len(found(api, category=category, limit="50")) == 120


def test_a_withdrawn_product_comes_back_with_an_import(api: Handler, category: str) -> None:
    product_id = put_on_sale(api, category)
    answer(api, staff("DELETE /products/{productId}", productId=product_id))
    assert imported(api, f"productId,name,category,price\n{product_id},Tea,{category},5\n")["updated"] == 1
    assert found(api, category=category) == ["Tea"]


def test_imports_and_new_products_wait_for_a_running_import(
    api: Handler, orders_account: OrdersAccount, category: str
) -> None:
    dynamodb, table = orders_account.client("dynamodb"), orders_account.variables["PRODUCTS_TABLE"]
    lease = {"productId": {"S": "#import"}}
    dynamodb.put_item(TableName=table, Item={**lease, "heldUntil": {"N": "99999999999"}})
    try:
        head = {"content-type": "text/csv"}
        second = answer(api, staff("POST /products/import", body="productId\nx\n", headers=head))
        single = answer(api, staff("POST /products", body=product(category)))
    finally:
        dynamodb.delete_item(TableName=table, Key=lease)
    assert [second[1]["error"]["code"], single[1]["error"]["code"]] == ["import_running"] * 2


@pytest.mark.parametrize(("kind", "status"), [("application/json", 415), ("text/csv", 400)])
def test_what_is_no_import_is_refused_as_a_whole(api: Handler, kind: str, status: int) -> None:
    event = staff("POST /products/import", body='productId\n"', headers={"content-type": kind})
    assert answer(api, event)[0] == status


def test_the_document_describes_every_route_of_the_table(api: Handler) -> None:
    from orders.web.access import PERMISSIONS

    _, document = answer(api, http_event("GET /openapi.json"))
    described = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert described == set(PERMISSIONS) - {"GET /openapi.json"}


def test_the_document_refers_to_nothing_that_is_not_in_it(api: Handler) -> None:
    _, document = answer(api, http_event("GET /openapi.json"))
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert named <= set(document["components"]["schemas"])
    assert {"Product", "OrderView", "User", "Error"} <= named


def test_the_document_says_what_creating_and_silent_routes_answer(api: Handler) -> None:
    _, document = answer(api, http_event("GET /openapi.json"))
    assert "201" in document["paths"]["/products"]["post"]["responses"]
    assert "204" in document["paths"]["/privacy"]["delete"]["responses"]
    names = {one["name"] for one in document["paths"]["/products/{productId}/stock"]["post"]["parameters"]}
    assert names == {"productId", "Idempotency-Key"}
