"""People of the shop: what we keep of them besides what Cognito keeps. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orders.domain.permissions import Role


class Status(StrEnum):
    """Whether a person may sign in."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Person:
    """A person's profile. `person_id` is the `sub` in the user pool, where password, factors and groups live.

    `version` counts changes; writers compare it.
    """

    person_id: str
    email: str
    name: str
    created_at: datetime
    updated_at: datetime
    phone: str = ""
    address: str = ""
    roles: frozenset[Role] = frozenset({Role.CUSTOMER})
    status: Status = Status.ACTIVE
    version: int = 1


@dataclass(frozen=True, slots=True)
class Account:
    """What the user pool knows of a person."""

    person_id: str
    email: str
    name: str
    created_at: datetime
    roles: frozenset[Role]
    enabled: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What shall change of a profile; None leaves as is."""

    name: str | None = None
    phone: str | None = None
    address: str | None = None
    seen_version: int | None = None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of people, newest first. `position` says where the next begins, None at the end."""

    people: tuple[Person, ...]
    position: str | None
