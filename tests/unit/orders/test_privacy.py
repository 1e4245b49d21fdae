"""What stays of a person who is forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from orders.domain import forgetting
from orders.domain.errors import ConflictError, UnavailableError
from orders.domain.order import Refund, Status
from orders.services.audit import AuditPage, Inquiry, Period, ReadAudit
from orders.services.people import ManagePeople
from orders.services.privacy import Privacy

from tests.fakes.orders_people import BIRTH, FakeDirectory, FakeProfiles
from tests.fakes.shop import NOON, MemoryOrders, an_order

NOW = NOON.timestamp()


class FakeTrail:
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Period]] = []
        self.unnamed: list[tuple[str, str]] = []

    def of_entity(self, entity: str, period: Period, limit: int, position: str | None) -> AuditPage:
        self.asked.append(("entity", entity, period))
        return AuditPage((), None)

    def of_person(self, person_id: str, period: Period, limit: int, position: str | None) -> AuditPage:
        self.asked.append(("person", person_id, period))
        return AuditPage((), None)

    def in_period(self, period: Period, limit: int, position: str | None) -> AuditPage:
        self.asked.append(("period", "", period))
        return AuditPage((), None)

    def unname(self, person_id: str, pseudonym: str) -> int:
        self.unnamed.append((person_id, pseudonym))
        return 1


class FakeNotifications:
    """By person; `broken` tables do not answer."""

    def __init__(self) -> None:
        self.told: dict[str, list[Mapping[str, Any]]] = {}
        self.broken = False

    def of(self, person_id: str) -> Sequence[Mapping[str, Any]]:
        return self.told.get(person_id, [])

    def remove(self, person_id: str) -> None:
        if self.broken:
            raise UnavailableError("notifications")
        self.told.pop(person_id, None)


class Town:
    """One person, and everything that is kept of her."""

    def __init__(self) -> None:
        self.directory, self.profiles, self.orders = FakeDirectory(), FakeProfiles(), MemoryOrders()
        self.trail, self.notifications = FakeTrail(), FakeNotifications()
        people = ManagePeople(self.directory, self.profiles, lambda: NOW)
        self.ada = people.register("ada@example.com", "secret", "Ada").person_id
        self.notifications.told[self.ada] = [{"subject": "Your order has arrived"}]
        self.privacy = Privacy(
            people, self.directory, self.profiles, self.orders, self.notifications, self.trail, lambda: NOW
        )

    def ordered(self, order_id: str, status: Status, refund: Refund = Refund.NONE) -> None:
        order = replace(an_order(order_id, customer=self.ada), status=status, refund=refund)
        self.orders.add(order)


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.mark.parametrize("status", [status for status in Status if status not in forgetting.AT_REST])
def test_nobody_is_forgotten_while_an_order_goes_on(town: Town, status: Status) -> None:
    town.ordered("o1", status)
    with pytest.raises(ConflictError, match="o1") as refused:
        town.privacy.forget(town.ada)
    assert refused.value.code == "orders_open"
    assert town.directory.accounts[town.ada].enabled


def test_nobody_is_forgotten_while_money_is_owed(town: Town) -> None:
    town.ordered("o1", Status.CANCELLED, Refund.DUE)
    with pytest.raises(ConflictError):
        town.privacy.forget(town.ada)


def test_orders_stay_in_one_new_name_and_everything_else_goes(town: Town) -> None:
    town.ordered("o1", Status.DELIVERED)
    town.ordered("o2", Status.REFUNDED, Refund.DONE)
    town.privacy.forget(town.ada)
    kept = [town.orders.find(order_id) for order_id in ("o1", "o2")]
    (name,) = {order.customer_id for order in kept if order}
    assert name.startswith("forgotten-")
    assert all(order and order.payment_method == order.correlation_id == "" for order in kept)
    assert [order.lines for order in kept if order] == [an_order().lines] * 2
    assert town.trail.unnamed == [(town.ada, name)]
    assert (town.notifications.told, town.profiles.people, town.directory.accounts) == ({}, {}, {})


def test_what_was_cut_off_is_finished_by_asking_again(town: Town) -> None:
    town.ordered("o1", Status.DELIVERED)
    town.notifications.broken = True
    with pytest.raises(UnavailableError):
        town.privacy.forget(town.ada)
    assert town.ada in town.directory.accounts
    town.notifications.broken = False
    town.privacy.forget(town.ada)
    assert town.ada not in town.directory.accounts


def test_an_export_has_everything(town: Town) -> None:
    town.ordered("o1", Status.PENDING)
    kept = town.privacy.export(town.ada)
    assert (kept.profile.name, kept.account and kept.account.email) == ("Ada", "ada@example.com")
    assert [order.order_id for order in kept.orders] == ["o1"]
    assert kept.notifications == [{"subject": "Your order has arrived"}]
    assert town.trail.asked[0][:2] == ("person", town.ada)


def test_without_a_time_the_audit_of_a_thing_is_all_of_it_and_of_all_things_a_day() -> None:
    trail = FakeTrail()
    read = ReadAudit(trail, lambda: NOW)
    read(Inquiry(entity="order#o1"), 20, None)
    read(Inquiry(), 20, None)
    (_, _, ever), (_, _, day) = trail.asked
    assert ever.start < BIRTH
    assert (day.end - day.start).days == 1
