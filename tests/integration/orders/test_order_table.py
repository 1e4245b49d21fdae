"""Orders and stock move together or not at all: in the tables, and in the memory that unit tests use in their place."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from orders.domain.errors import ConflictError, OutOfStockError
from orders.domain.order import Line, Order, Status
from orders.repositories.offer_table import TableOffers
from orders.repositories.order_table import TableOrders
from orders.services.ports import Offer, Orders
from orders.services.processing import ProcessOrder

from tests.fakes.orders_account import OrdersAccount
from tests.fakes.shop import NOON, MemoryOrders, MemoryPayments, StoppedClock, an_order


@dataclass(frozen=True)
class Store:
    """Orders, and a way to put products beside them and to count these."""

    orders: Orders
    put: Callable[[str, int], None]
    stock: Callable[[str], int]
    suffix: str

    def name(self, of: str) -> str:
        """Nobody else's."""
        return f"{of}-{self.suffix}"

    def order(self, order_id: str, *lines: tuple[str, int], **changes: Any) -> Order:
        made = tuple(Line(self.name(product), product.title(), units, 1250) for product, units in lines)
        customer = self.name(changes.pop("customer", "ada"))
        return replace(an_order(self.name(order_id), customer=customer), lines=made, **changes)


@pytest.fixture(params=["memory", "tables"])
def store(request: pytest.FixtureRequest) -> Store:
    suffix = uuid.uuid4().hex[:12]
    if request.param == "memory":
        memory = MemoryOrders()
        return Store(memory, memory.stock.__setitem__, memory.stock.__getitem__, suffix)
    return in_tables(request.getfixturevalue("orders_account"), suffix)


def in_tables(account: OrdersAccount, suffix: str) -> Store:
    client, products = account.client("dynamodb"), account.variables["PRODUCTS_TABLE"]

    def put(product_id: str, stock: int) -> None:
        texts = {"productId": product_id, "name": "Mug", "shelf": "catalogue"}
        item = {name: {"S": value} for name, value in texts.items()}
        numbers = {"stock": {"N": str(stock)}, "price": {"N": "1250"}}
        client.put_item(TableName=products, Item={**item, **numbers})

    def stock(product_id: str) -> int:
        found = client.get_item(TableName=products, Key={"productId": {"S": product_id}}, ConsistentRead=True)
        return int(found["Item"]["stock"]["N"])

    return Store(TableOrders(client, account.variables["ORDERS_TABLE"], products), put, stock, suffix)


def reserved(order: Order) -> tuple[Order, dict[str, int]]:
    taken = {line.product_id: -line.quantity for line in order.lines}
    return order.moved(Status.RESERVED, NOON, due_at=NOON + timedelta(minutes=15)), taken


def test_order_is_found_as_it_was_added(store: Store) -> None:
    order = store.order("o1", ("mug", 2), ("cup", 1))

    assert store.orders.add(order)
    assert store.orders.find(order.order_id) == order
    assert store.orders.find("nobody's") is None


def test_second_order_of_the_same_id_is_not_added(store: Store) -> None:
    order = store.order("o1", ("mug", 2))
    store.orders.add(order)

    assert not store.orders.add(replace(order, customer_id="bob"))
    assert store.orders.find(order.order_id) == order


def test_reservation_takes_all_units_with_the_order(store: Store) -> None:
    store.put(store.name("mug"), 5)
    store.put(store.name("cup"), 5)
    order = store.order("o1", ("mug", 2), ("cup", 5))
    store.orders.add(order)

    store.orders.save(*reserved(order))

    assert (store.stock(store.name("mug")), store.stock(store.name("cup"))) == (3, 0)
    assert store.orders.find(order.order_id) == reserved(order)[0]


def test_reservation_that_lacks_one_unit_takes_nothing(store: Store) -> None:
    store.put(store.name("mug"), 5)
    store.put(store.name("cup"), 4)
    order = store.order("o1", ("mug", 2), ("cup", 5))
    store.orders.add(order)

    with pytest.raises(OutOfStockError) as refused:
        store.orders.save(*reserved(order))

    assert refused.value.product_ids == (store.name("cup"),)
    assert (store.stock(store.name("mug")), store.stock(store.name("cup"))) == (5, 4)
    assert store.orders.find(order.order_id) == order


def test_order_that_somebody_else_wrote_is_not_overwritten(store: Store) -> None:
    store.put(store.name("mug"), 5)
    order = store.order("o1", ("mug", 2))
    store.orders.add(order)
    store.orders.save(order.moved(Status.CANCELLED, NOON), {})

    with pytest.raises(ConflictError) as refused:
        store.orders.save(*reserved(order))

    assert refused.value.code == "changed_meanwhile"
    assert store.stock(store.name("mug")) == 5


def test_customers_orders_come_newest_first_page_by_page(store: Store) -> None:
    for number in range(5):
        at = NOON + timedelta(minutes=number)
        store.orders.add(store.order(f"o{number}", ("mug", 1), created_at=at, updated_at=at))
    store.orders.add(store.order("other", ("mug", 1), customer="bob"))

    first = store.orders.of_customer(store.name("ada"), 3, None, None)
    rest = store.orders.of_customer(store.name("ada"), 3, first.position, None)

    found = [order.order_id for order in (*first.orders, *rest.orders)]
    assert found == [store.name(f"o{number}") for number in (4, 3, 2, 1, 0)]
    assert rest.position is None


def test_customers_orders_can_be_filtered_by_state(store: Store) -> None:
    for name, status in (("a", Status.PAID), ("b", Status.SHIPPED)):
        store.orders.add(store.order(name, ("mug", 1), status=status))

    page = store.orders.of_customer(store.name("ada"), 10, None, Status.SHIPPED)

    assert [order.order_id for order in page.orders] == [store.name("b")]


def test_only_orders_that_are_due_by_now_are_due(store: Store) -> None:
    for name, due_at in (("late", NOON), ("soon", NOON + timedelta(hours=1)), ("never", None)):
        store.orders.add(store.order(name, ("mug", 1), due_at=due_at))

    due = {order.order_id for some in store.orders.due(NOON) for order in some}

    assert store.name("late") in due
    assert not {store.name("soon"), store.name("never")} & due


def test_due_orders_come_as_they_are_now_however_many(store: Store) -> None:
    begun = [store.order(f"o{number}", ("mug", 1), due_at=NOON) for number in range(130)]
    for order in begun:
        store.orders.add(order)
    moved = begun[7].moved(Status.CANCELLED, NOON, reason="test")
    store.orders.save(replace(moved, due_at=NOON), {})

    found = {order.order_id: order.status for some in store.orders.due(NOON) for order in some}

    wanted = {order.order_id: Status.PENDING for order in begun} | {begun[7].order_id: Status.CANCELLED}
    assert {order_id: status for order_id, status in found.items() if order_id in wanted} == wanted


def test_hundred_orders_at_once_never_take_more_than_there_is(orders_account: OrdersAccount) -> None:
    store = in_tables(orders_account, uuid.uuid4().hex[:12])
    store.put(store.name("mug"), 17)
    payments = MemoryPayments()
    processor = ProcessOrder(store.orders, payments, reservation=timedelta(minutes=15), now=StoppedClock())
    orders = [store.order(f"o{number}", ("mug", 1)) for number in range(100)]

    def process(order: Order) -> Status:
        store.orders.add(order)
        return processor.process(order.order_id).status

    with ThreadPoolExecutor(16) as pool:
        ended = list(pool.map(process, orders))

    assert (ended.count(Status.PAID), ended.count(Status.CANCELLED)) == (17, 83)
    assert store.stock(store.name("mug")) == 0
    assert len(payments.taken) == 17


def test_prices_are_of_products_on_sale_only(orders_account: OrdersAccount) -> None:
    store = in_tables(orders_account, uuid.uuid4().hex[:12])
    client, table = orders_account.client("dynamodb"), orders_account.variables["PRODUCTS_TABLE"]
    mug, gone = store.name("mug"), store.name("gone")
    store.put(mug, 1)
    store.put(gone, 1)
    client.update_item(TableName=table, Key={"productId": {"S": gone}}, UpdateExpression="REMOVE shelf")

    offers = TableOffers(client, table).of([mug, gone, "unknown"])

    assert offers == {mug: Offer(mug, "Mug", 1250)}


def test_product_that_was_withdrawn_cannot_be_reserved(orders_account: OrdersAccount) -> None:
    store = in_tables(orders_account, uuid.uuid4().hex[:12])
    client, table = orders_account.client("dynamodb"), orders_account.variables["PRODUCTS_TABLE"]
    store.put(store.name("mug"), 5)
    key = {"productId": {"S": store.name("mug")}}
    client.update_item(TableName=table, Key=key, UpdateExpression="REMOVE shelf")
    order = store.order("o1", ("mug", 1))
    store.orders.add(order)

    with pytest.raises(OutOfStockError):
        store.orders.save(*reserved(order))
