"""Copies the audit trail of days that are over to where it stays when the table forgets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from orders.domain.audit import AuditEntry


class AuditDays(Protocol):
    """The trail by day."""

    def pages_of(self, day: str) -> Iterator[Sequence[AuditEntry]]:
        """A day's entries by time, some hundred at once."""

    def is_archived(self, day: str) -> bool:
        """Whether note_archived was called for the day."""

    def note_archived(self, day: str) -> None:
        """Once all of it is stored."""


class Archive(Protocol):
    """Where days are stored."""

    def store(self, day: str, part: int, entries: Sequence[AuditEntry]) -> None:
        """The same part stored again replaces itself."""


class ArchiveAudit:
    """The use case behind the schedule. A day is archived two hours after it ended, when nothing arrives for it any
    more; days that were missed are caught up with for a week."""

    def __init__(self, days: AuditDays, archive: Archive, now: Callable[[], datetime]) -> None:
        self._days, self._archive, self._now = days, archive, now

    def run(self, may_go_on: Callable[[], bool]) -> int:
        """How many days were archived; a day that is cut off begins anew next time."""
        last = self._now() - timedelta(hours=2)
        done = 0
        for back in range(7, 0, -1):
            day = (last - timedelta(days=back)).date().isoformat()
            if not self._days.is_archived(day) and self._copy(day, may_go_on):
                self._days.note_archived(day)
                done += 1
        return done

    def _copy(self, day: str, may_go_on: Callable[[], bool]) -> bool:
        part = 0
        for entries in self._days.pages_of(day):
            if not may_go_on():
                return False
            if entries:
                self._archive.store(day, part, entries)
                part += 1
        return True
