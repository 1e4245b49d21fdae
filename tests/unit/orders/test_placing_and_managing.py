"""Orders are placed at the catalogue's prices, and moved by those who may."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

import pytest
from orders.domain.errors import (
    ConflictError,
    ForbiddenError,
    ForgedTokenError,
    InvalidFieldsError,
    KeyReusedError,
    NotFoundError,
)
from orders.domain.idempotency import Request
from orders.domain.order import Order, Refund, Status
from orders.domain.paging import PageTokens
from orders.domain.permissions import Caller, Role, integration, person
from orders.services.managing import Listing, ManageOrders
from orders.services.placing import Limits, PlaceOrder, Wanted

from tests.fakes.shop import MemoryOffers, MemoryOrders, MemoryQueue, StoppedClock, an_order

ADA, BOB, STAFF = person("ada", ()), person("bob", ()), person("sam", [Role.STAFF])
MINUTE = timedelta(minutes=1)


@dataclass
class Shop:
    """A shop that sells mugs at 12.50 and cups at 3."""

    orders: MemoryOrders = field(default_factory=lambda: MemoryOrders({"mug": 5, "cup": 5}))
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    clock: StoppedClock = field(default_factory=StoppedClock)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = count(1)
        self.offers = MemoryOffers({"mug": 1250, "cup": 300})
        self.placing = PlaceOrder(
            self.orders,
            self.offers,
            self.queue,
            limits=Limits(lines=3, units_per_line=10, value=10_000),
            currency="EUR",
            look_again=MINUTE,
            now=self.clock,
            new_id=lambda: f"o{next(numbers)}",
            complain=self.complaints.append,
        )
        self.managing = ManageOrders(
            self.orders,
            self.queue,
            PageTokens(lambda: "secret"),
            look_again=MINUTE,
            now=self.clock,
            complain=self.complaints.append,
        )

    def place(self, *items: tuple[str, int], key: str = "", body: str = "f") -> Order:
        return self.placing.place(Wanted("ada", items, "pm_card", "c1"), Request("order", "ada", key, body))

    def in_state(self, status: Status, customer: str = "ada") -> str:
        order = replace(an_order(f"{customer} {status}", customer=customer), status=status)
        self.orders.add(order)
        return order.order_id


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_order_is_priced_by_the_catalogue_and_handed_over(shop: Shop) -> None:
    order = shop.place(("mug", 2), ("cup", 1))

    assert (order.status, order.total, order.due_at) == (Status.PENDING, 2800, shop.clock() + MINUTE)
    assert shop.queue.enqueued == ["o1 pending"]


def test_price_that_changes_later_leaves_the_order_alone(shop: Shop) -> None:
    order = shop.place(("mug", 1))
    shop.offers.prices["mug"] = 9999

    assert shop.managing.read(ADA, order.order_id).total == 1250


def test_stored_order_survives_a_queue_that_does_not_answer(shop: Shop) -> None:
    shop.queue.answers = False

    order = shop.place(("mug", 1))

    assert shop.orders.kept[order.order_id].due_at == shop.clock() + MINUTE
    assert shop.complaints == ["the queue does not answer"]


@pytest.mark.parametrize(
    ("items", "field_name"),
    [
        ([], "items"),
        ([("mug", 1), ("mug", 1)], "items"),
        ([("mug", 1), ("a", 1), ("b", 1), ("c", 1)], "items"),
        ([("mug", 0)], "items.0.quantity"),
        ([("cup", 1), ("mug", 11)], "items.1.quantity"),
        ([("cup", 1), ("vase", 1)], "items.1.productId"),
        ([("mug", 9)], "items"),
    ],
    ids=["nothing", "twice", "too many lines", "no units", "too many units", "not on sale", "worth too much"],
)
def test_order_beyond_the_limits_is_refused_by_field(shop: Shop, items: list[tuple[str, int]], field_name: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        shop.place(*items)
    assert [name for name, _ in refused.value.details] == [field_name]
    assert shop.orders.kept == {}


def test_same_key_and_body_is_the_first_answer_whatever_happened_since(shop: Shop) -> None:
    first = shop.place(("mug", 1), key="k")
    stored = shop.orders.kept[first.order_id]
    shop.orders.save(stored.moved(Status.RESERVED, shop.clock()), {"mug": -1})

    again = shop.place(("mug", 1), key="k")

    assert (again.order_id, again.status, again.version) == (first.order_id, Status.PENDING, 1)
    assert len(shop.orders.kept) == 1


def test_same_key_with_another_body_is_refused(shop: Shop) -> None:
    shop.place(("mug", 1), key="k")
    with pytest.raises(KeyReusedError):
        shop.place(("mug", 2), key="k", body="g")


def test_customers_see_their_own_orders_only(shop: Shop) -> None:
    order_id = shop.in_state(Status.PAID)

    assert shop.managing.read(ADA, order_id).order_id == order_id
    assert shop.managing.read(STAFF, order_id).order_id == order_id
    with pytest.raises(NotFoundError):
        shop.managing.read(BOB, order_id)
    with pytest.raises(NotFoundError):
        shop.managing.cancel(BOB, order_id, "c2")


def test_list_goes_on_where_it_ended_and_only_for_who_got_the_token(shop: Shop) -> None:
    for number in range(5):
        shop.clock.later(minutes=1)
        shop.orders.add(an_order(f"o{number}", now=shop.clock()))

    first, token = shop.managing.listed(ADA, Listing(3))
    rest, end = shop.managing.listed(ADA, Listing(3, token))

    assert [order.order_id for order in (*first, *rest)] == ["o4", "o3", "o2", "o1", "o0"]
    assert end is None
    with pytest.raises(ForgedTokenError):
        shop.managing.listed(BOB, Listing(3, token))


def test_staff_list_everybodys_by_state_and_somebodys(shop: Shop) -> None:
    shop.in_state(Status.PAID, "ada")
    shop.in_state(Status.PAID, "bob")
    shop.in_state(Status.SHIPPED, "bob")

    assert len(shop.managing.listed(STAFF, Listing(10, status=Status.PAID))[0]) == 2
    assert len(shop.managing.listed(STAFF, Listing(10, customer_id="bob"))[0]) == 2
    assert len(shop.managing.listed(ADA, Listing(10, status=Status.PAID))[0]) == 1
    with pytest.raises(ForbiddenError):
        shop.managing.listed(ADA, Listing(10, customer_id="bob"))


@pytest.mark.parametrize("status", [Status.RESERVED, Status.PAID])
def test_cancelling_returns_units_and_asks_for_the_refund(shop: Shop, status: Status) -> None:
    order_id = shop.in_state(status)

    order = shop.managing.cancel(ADA, order_id, "c2")

    assert (order.status, order.refund, order.reason) == (Status.CANCELLED, Refund.DUE, "cancelled_by_customer")
    assert order.correlation_id == "c2"
    assert shop.orders.stock["mug"] == 7
    assert shop.queue.enqueued == [f"{order_id} cancelled"]


def test_cancelling_a_pending_order_asks_for_nothing(shop: Shop) -> None:
    order = shop.managing.cancel(STAFF, shop.in_state(Status.PENDING), "c2")

    assert (order.refund, order.reason) == (Refund.NONE, "cancelled_by_staff")
    assert (shop.orders.stock["mug"], shop.queue.enqueued) == (5, [])


def test_refund_that_cannot_be_enqueued_stays_due(shop: Shop) -> None:
    shop.queue.answers = False

    order = shop.managing.cancel(ADA, shop.in_state(Status.PAID), "c2")

    assert order.due_at == shop.clock() + MINUTE
    assert shop.complaints


def test_integration_that_may_only_read_cannot_cancel(shop: Shop) -> None:
    with pytest.raises(ForbiddenError):
        shop.managing.cancel(integration("k", ["orders:read"]), shop.in_state(Status.PAID), "c2")


@pytest.mark.parametrize("caller", [STAFF, integration("k", ["orders:fulfil"])], ids=["staff", "integration"])
def test_paid_order_is_shipped_and_delivered(shop: Shop, caller: Caller) -> None:
    order_id = shop.in_state(Status.PAID)

    assert shop.managing.ship(caller, order_id, "c2").status is Status.SHIPPED
    assert shop.managing.deliver(caller, order_id, "c3").status is Status.DELIVERED


def test_shipped_order_cannot_be_cancelled(shop: Shop) -> None:
    with pytest.raises(ConflictError) as refused:
        shop.managing.cancel(ADA, shop.in_state(Status.SHIPPED), "c2")
    assert refused.value.code == "illegal_move"
