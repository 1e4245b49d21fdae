"""The demo data of orders is what the system takes, and shows every state."""

from __future__ import annotations

from collections import Counter

from orders.domain.order import Status
from orders.domain.permissions import Role
from orders.web.people_models import ProfileUpdate
from orders.web.product_models import NewProduct

from seed.orders import data, standing_still
from tests.fakes.orders_account import template


def test_two_hundred_products_can_be_imported() -> None:
    products = [NewProduct.model_validate(product) for product in data.products()]
    assert len({product.product_id for product in products}) == 200
    assert len({product.category for product in products}) >= 8
    assert any(product.stock == 0 for product in products)


def test_there_is_an_order_in_every_state() -> None:
    assert {order.state for order in data.orders()} == set(Status)


def test_there_is_somebody_of_every_role() -> None:
    people = data.people()
    assert {role for person in people for role in person.roles} == {Role.STAFF, Role.ADMIN}
    assert any(not person.roles for person in people)
    for person in people:
        ProfileUpdate.model_validate({"phone": person.phone, "address": person.address})


def test_everybody_who_orders_can_sign_in() -> None:
    assert {order.email for order in data.orders()} <= {person.email for person in data.people()}


def test_the_password_satisfies_the_policy() -> None:
    policy = template()["Resources"]["UserPool"]["Properties"]["Policies"]["PasswordPolicy"]
    assert len(data.PASSWORD) >= policy["MinimumLength"]
    assert all(any(kind(sign) for sign in data.PASSWORD) for kind in (str.islower, str.isupper, str.isdigit))


def test_there_is_enough_on_sale_for_all_orders_but_those_that_shall_fail() -> None:
    stock = {product["productId"]: int(product["stock"]) for product in data.products()}
    wanted: Counter[str] = Counter()
    for order in data.orders():
        for product_id, quantity in order.items:
            if order.state == "cancelled":
                assert stock[product_id] < quantity
            else:
                wanted[product_id] += quantity
    assert [product_id for product_id, units in wanted.items() if stock[product_id] < units] == []


def test_only_orders_that_move_by_themselves_are_written_past_the_api() -> None:
    assert standing_still.STATES == ("pending", "reserved")
