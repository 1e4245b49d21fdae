"""Looks up what happened: to an order, to a product, to somebody's orders, or in a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from orders.domain.audit import AuditEntry
from orders.domain.errors import InvalidFieldsError

LONGEST = timedelta(days=31)
EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` on and before `end`, to the second."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page, newest first. `position` says where the next begins, None at the end."""

    entries: tuple[AuditEntry, ...]
    position: str | None


class AuditTrail(Protocol):
    """The audit entries, newest first. Every call raises UnavailableError when the table does not answer."""

    def of_entity(self, entity: str, period: Period, limit: int, position: str | None) -> AuditPage: ...

    def of_person(self, person_id: str, period: Period, limit: int, position: str | None) -> AuditPage: ...

    def in_period(self, period: Period, limit: int, position: str | None) -> AuditPage: ...

    def unname(self, person_id: str, pseudonym: str) -> int:
        """Puts a name that says nothing in the place of a person's id; how many entries were changed."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is looked up. At most one of `entity` and `person_id`; without both, everything in a month at most."""

    entity: str | None = None
    person_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None


class ReadAudit:
    """The use case behind GET /audit."""

    def __init__(self, trail: AuditTrail, now: Callable[[], float]) -> None:
        self._trail, self._now = trail, now

    def __call__(self, inquiry: Inquiry, limit: int, position: str | None) -> AuditPage:
        """Raises InvalidFieldsError, UnavailableError."""
        end = inquiry.end or datetime.fromtimestamp(self._now(), UTC) + timedelta(minutes=1)
        if inquiry.start is not None and inquiry.start >= end:
            raise InvalidFieldsError(("from", "must be before to"))
        if inquiry.entity is not None:
            return self._trail.of_entity(inquiry.entity, Period(inquiry.start or EVER, end), limit, position)
        if inquiry.person_id is not None:
            return self._trail.of_person(inquiry.person_id, Period(inquiry.start or EVER, end), limit, position)
        start = inquiry.start or end - timedelta(days=1)
        if end - start > LONGEST:
            raise InvalidFieldsError(("from", f"must be at most {LONGEST.days} days before to"))
        return self._trail.in_period(Period(start, end), limit, position)
