"""Every order comes to rest with stock and money in step, whoever dies on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from orders.domain.ending import cancelled
from orders.domain.errors import NotFoundError, UnavailableError
from orders.domain.order import Order, Refund, Status
from orders.services.processing import ProcessOrder

from tests.fakes.shop import CrashError, CrashPlan, MemoryOrders, MemoryPayments, StoppedClock, an_order

MINUTE = timedelta(minutes=1)


@dataclass
class Shop:
    """A processor with five mugs."""

    plan: CrashPlan = field(default_factory=CrashPlan)
    clock: StoppedClock = field(default_factory=StoppedClock)

    def __post_init__(self) -> None:
        self.orders = MemoryOrders({"mug": 5}, self.plan)
        self.payments = MemoryPayments(self.plan)
        self.processor = ProcessOrder(self.orders, self.payments, reservation=timedelta(minutes=15), now=self.clock)

    def process(self, order: Order) -> Order:
        self.orders.add(order)
        return self.processor.process(order.order_id)

    def cancel(self, order_id: str) -> None:
        self.orders.save(*cancelled(self.orders.kept[order_id], self.clock(), "cancelled_by_customer", MINUTE))


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_order_is_reserved_charged_and_paid(shop: Shop) -> None:
    order = shop.process(an_order())

    assert (order.status, order.payment_id, order.due_at) == (Status.PAID, "pay_o1", None)
    assert shop.orders.stock == {"mug": 3}
    assert shop.payments.holds("o1") == 2500


def test_order_for_more_than_there_is_is_cancelled_and_never_charged(shop: Shop) -> None:
    order = shop.process(an_order(units=6))

    assert (order.status, order.reason) == (Status.CANCELLED, "out_of_stock")
    assert shop.orders.stock == {"mug": 5}
    assert shop.payments.times_taken == {}


def test_declined_payment_returns_the_units(shop: Shop) -> None:
    shop.payments.declines = True

    order = shop.process(an_order())

    assert (order.status, order.reason) == (Status.PAYMENT_FAILED, "card_declined")
    assert shop.orders.stock == {"mug": 5}


def test_silent_gateway_leaves_the_order_reserved_for_the_next_message(shop: Shop) -> None:
    shop.payments.silent = True

    with pytest.raises(UnavailableError):
        shop.process(an_order())

    order = shop.orders.kept["o1"]
    assert (order.status, order.due_at) == (Status.RESERVED, shop.clock() + timedelta(minutes=15))
    shop.payments.silent = False
    assert shop.processor.process("o1").status is Status.PAID
    assert shop.payments.times_taken == {"o1": 1}


def test_order_that_was_cancelled_while_it_was_charged_is_refunded(shop: Shop) -> None:
    shop.payments.silent = True
    with pytest.raises(UnavailableError):
        shop.process(an_order())
    shop.cancel("o1")

    order = shop.processor.process("o1")

    assert (order.status, order.refund) == (Status.REFUNDED, Refund.DONE)
    assert shop.payments.holds("o1") == 0
    assert shop.orders.stock == {"mug": 5}


def test_reserved_order_that_was_never_charged_stays_cancelled(shop: Shop) -> None:
    shop.plan.before = 2
    with pytest.raises(CrashError):
        shop.process(an_order())
    shop.cancel("o1")

    order = shop.processor.process("o1")

    assert (order.status, order.refund, order.due_at) == (Status.CANCELLED, Refund.DONE, None)
    assert shop.orders.stock == {"mug": 5}


def test_message_that_comes_again_changes_nothing(shop: Shop) -> None:
    first = shop.process(an_order())

    assert shop.processor.process("o1") == first
    assert shop.payments.times_taken == {"o1": 1}


def test_order_nobody_knows_is_an_error(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        shop.processor.process("nobody's")


@pytest.mark.parametrize("effect", [1, 2, 3])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("declines", [True, False])
def test_death_at_any_point_is_made_good_by_the_next_message(effect: int, moment: str, declines: bool) -> None:
    shop = Shop(CrashPlan(**{moment: effect}))
    shop.payments.declines = declines
    died = False
    try:
        shop.process(an_order())
    except CrashError:
        died = True

    order = shop.processor.process("o1")

    assert died or (declines and moment == "after")
    assert order.status is (Status.PAYMENT_FAILED if declines else Status.PAID)
    assert shop.orders.stock == {"mug": 5 if declines else 3}
    assert shop.payments.holds("o1") == (0 if declines else 2500)
    assert sum(shop.payments.times_taken.values()) == (0 if declines else 1)


@pytest.mark.parametrize("effect", [1, 2])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_death_during_a_refund_gives_the_money_back_once(effect: int, moment: str) -> None:
    shop = Shop()
    shop.process(an_order())
    shop.cancel("o1")
    shop.plan.effects = 0
    setattr(shop.plan, moment, effect)
    with pytest.raises(CrashError):
        shop.processor.process("o1")

    order = shop.processor.process("o1")

    assert order.status is Status.REFUNDED
    assert shop.payments.holds("o1") == 0
    assert shop.orders.stock == {"mug": 5}
