"""Shows people everything we keep of them, and forgets them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from orders.domain import forgetting
from orders.domain.audit import AuditEntry
from orders.domain.errors import ConflictError
from orders.domain.order import Order
from orders.domain.people import Account, Person
from orders.services.audit import EVER, AuditTrail, Period
from orders.services.people import Directory, ManagePeople, Profiles
from orders.services.ports import Orders

_PAGE = 100
_ROUNDS = 5


class Notifications(Protocol):
    """What a person was told. Every call raises UnavailableError when the table does not answer."""

    def of(self, person_id: str) -> Sequence[Mapping[str, Any]]: ...

    def remove(self, person_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Everything:
    """All that is kept of a person."""

    profile: Person
    account: Account | None
    orders: tuple[Order, ...]
    notifications: Sequence[Mapping[str, Any]]
    audit: tuple[AuditEntry, ...]


class Privacy:
    """The use cases behind /privacy."""

    def __init__(
        self,
        people: ManagePeople,
        directory: Directory,
        profiles: Profiles,
        orders: Orders,
        notifications: Notifications,
        trail: AuditTrail,
        now: Callable[[], float],
    ) -> None:
        self._people, self._directory, self._profiles = people, directory, profiles
        self._orders, self._notifications, self._trail, self._now = orders, notifications, trail, now

    def export(self, person_id: str) -> Everything:
        """Raises NotFoundError for somebody who is forgotten, UnavailableError."""
        return Everything(
            profile=self._people.read(person_id),
            account=self._directory.account(person_id),
            orders=tuple(self._orders_of(person_id)),
            notifications=self._notifications.of(person_id),
            audit=tuple(self._audit_of(person_id)),
        )

    def forget(self, person_id: str) -> None:
        """Raises ConflictError (orders_open) while goods or money are owed, UnavailableError.

        What was cut off is finished by doing it again: the account, with which one may ask, is removed last.
        """
        self._refuse_open(person_id)
        self._directory.set_enabled(person_id, False)
        name = forgetting.pseudonym(lambda: uuid.uuid4().hex)
        self._unname_orders(person_id, name)
        self._trail.unname(person_id, name)
        self._notifications.remove(person_id)
        self._profiles.remove(person_id)
        self._directory.remove(person_id)

    def _refuse_open(self, person_id: str) -> None:
        still = [order.order_id for order in self._orders_of(person_id) if forgetting.is_open(order)]
        if still:
            raise ConflictError("orders_open", f"Orders are not finished yet: {', '.join(still[:10])}.")

    def _unname_orders(self, person_id: str, name: str) -> None:
        """A list lags behind its writes: orders are looked for until none is left."""
        for _ in range(_ROUNDS):
            left = 0
            for listed in self._orders_of(person_id):
                left += 1
                order = self._orders.find(listed.order_id)
                if order is not None and order.customer_id == person_id:
                    self._orders.save(forgetting.unnamed(order, name, self._moment()), {})
            if not left:
                return

    def _orders_of(self, person_id: str) -> Iterator[Order]:
        position: str | None = None
        while True:
            page = self._orders.of_customer(person_id, _PAGE, position, None)
            yield from page.orders
            if page.position is None:
                return
            position = page.position

    def _audit_of(self, person_id: str) -> Iterator[AuditEntry]:
        period, position = Period(EVER, datetime(9999, 1, 1, tzinfo=UTC)), None
        while True:
            page = self._trail.of_person(person_id, period, _PAGE, position)
            yield from page.entries
            if page.position is None:
                return
            position = page.position

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)
