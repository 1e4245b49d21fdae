"""What the use cases around orders need of the world. Repositories and gateways implement these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orders.domain.order import Order, Status


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of orders, newest first. `position` says where the next begins, None at the end."""

    orders: tuple[Order, ...]
    position: str | None


class Orders(Protocol):
    """Orders, and the stock they take; both change together or not at all."""

    def find(self, order_id: str) -> Order | None:
        """As it is now."""

    def add(self, order: Order) -> bool:
        """False, and nothing done, when there is an order of that id."""

    def save(self, order: Order, stock: Mapping[str, int]) -> None:
        """Writes the order, one version on, and moves the stock of products by so many units.

        Raises ConflictError (changed_meanwhile) when somebody else wrote it, OutOfStockError when stock would fall
        below zero. Nothing is written then.
        """

    def of_customer(self, customer_id: str, limit: int, position: str | None, status: Status | None) -> OrderPage:
        """A customer's, newest first. A page may be short and still have a next one."""

    def in_state(self, status: Status, limit: int, position: str | None) -> OrderPage:
        """Everybody's in one state, the latest change first."""

    def due(self, now: datetime) -> Iterable[Sequence[Order]]:
        """Orders that somebody may have to look at, as they are now, some at a time, the longest due first."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the catalogue asks for a product, in minor units."""

    product_id: str
    name: str
    price: int


class Offers(Protocol):
    """The catalogue's prices."""

    def of(self, product_ids: Iterable[str]) -> Mapping[str, Offer]:
        """Those that are on sale, as they are now."""


class OrderQueue(Protocol):
    """Hands an order to the processor. One order may be handed over any number of times."""

    def enqueue(self, order: Order) -> None:
        """Raises UnavailableError."""

    def enqueue_all(self, orders: Sequence[Order]) -> None:
        """Likewise, with few requests; raises UnavailableError when not all were taken."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Money to take. `key` makes it happen once, however often it is asked for."""

    key: str
    amount: int
    currency: str
    payment_method: str
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Charged:
    """The gateway's word on a charge: `payment_id` when it took the money, `reason` when it did not and never will."""

    payment_id: str = ""
    reason: str = ""


class Payments(Protocol):
    """The payment gateway. Both raise UnavailableError when it cannot be known what happened: ask again."""

    def charge(self, charge: Charge) -> Charged:
        """Takes the money once."""

    def refund(self, key: str, correlation_id: str) -> int:
        """Gives back what was taken under the key and takes nothing under it any more; the amount given back."""
