"""What the use cases need from outside. Adapters implement these, tests bring fakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shortener.domain.model import Counts, Destination, Event, Link, Page

Now = Callable[[], float]
"""Seconds since the epoch."""


class Destinations(Protocol):
    def find(self, code: str) -> Destination | None:
        """Where a code leads, or None; raises UnavailableError."""


class Outbox(Protocol):
    def add(self, event: Event) -> None:
        """Store an event durably; adding it again changes nothing. Raises UnavailableError."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an Idempotency-Key was used for: a fingerprint of the body, and the link that came of it."""

    key: str
    fingerprint: str
    link: Link


class Links(Protocol):
    """Every write stores its event in the same transaction: both or none."""

    def find(self, code: str) -> Link | None: ...

    def add(self, link: Link, event: Event, answered: Answered | None) -> None:
        """Raises CodeTakenError; KeyReusedError when `answered.key` was stored before."""

    def replace(self, link: Link, seen_version: int, event: Event) -> None:
        """Raises ChangedMeanwhileError unless the stored version is `seen_version`."""

    def remove(self, link: Link, event: Event) -> None:
        """Raises ChangedMeanwhileError unless the stored version is the link's."""

    def owned_by(self, owner: str, limit: int, position: str | None) -> Page:
        """Newest first."""

    def answered(self, owner: str, key: str) -> Answered | None:
        """What this owner's Idempotency-Key was answered before."""


class Statistics(Protocol):
    def read(self, link_id: str) -> Counts: ...


class Ledger(Protocol):
    """The counters, and per lane how far each writer's events have been counted into them."""

    def counted(self, lane: str, writers: Sequence[str]) -> Mapping[str, int]:
        """The last number counted per writer; writers never counted in this lane are absent."""

    def count(
        self,
        lane: str,
        seen: Mapping[str, int],
        now_counted: Mapping[str, int],
        counts: Mapping[tuple[str, str], Counts],
    ) -> None:
        """Add `counts` (by link id and month) and move the writers from `seen` to `now_counted`, all or nothing.

        Raises ChangedMeanwhileError when a writer no longer stands at `seen`, CountersFullError, UnavailableError.
        """


class EventArchive(Protocol):
    def write(self, folder: str, name: str, lines: Sequence[str]) -> None:
        """Store lines as `<folder>/<name>.jsonl`; the same name again replaces it. Raises UnavailableError."""
