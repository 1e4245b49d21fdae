"""Reads one shard page by page and finds its place again when the backend forgot it. Acknowledges nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from emulator.errors import BackendError, BackendRefusedError, StreamIteratorExpiredError, StreamPositionLostError
from emulator.model import Clock
from emulator.payloads.dynamodb_stream import created_s, creation_step_s
from emulator.sources.ports import IteratorKind, RawRecord, StreamReader

VERIFY_S = 5.0
"""An idle shard asks for a fresh iterator this often: a backend that came back empty is noticed by it."""

FULL_PAGE = 1000
SHORTEST_WAIT_S = 0.04
LONGEST_WAIT_S = 0.2
"""AWS reads a shard four times a second; here a person waits for the result."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where reading begins: after `sequence`, else at `kind`; records older than `since_s` are not ours."""

    kind: IteratorKind
    sequence: str | None = None
    since_s: float | None = None


class ShardPoller:
    """One shard's position in memory. Used by one thread."""

    def __init__(
        self,
        reader: StreamReader,
        stream_arn: str,
        shard_id: str,
        start: Start,
        clock: Clock,
        report: Callable[[str], None],
    ) -> None:
        self._reader, self._arn, self._shard_id = reader, stream_arn, shard_id
        self._kind, self._read, self._since_s = start.kind, start.sequence, start.since_s
        self._clock, self._report = clock, report
        self._iterator: str | None = None
        self._placed_at = 0.0
        self.lost = False
        """The backend forgot our position: what comes now may be numbered anew."""
        self.caught_up = False
        """The last look found everything that was there then."""
        self.wait_s = SHORTEST_WAIT_S

    def next_page(self) -> tuple[list[RawRecord], bool]:
        """The next records, perhaps none, and whether the shard has ended.

        Raises BackendUnavailableError and BackendRefusedError; the place is then looked up again.
        """
        self.caught_up = False
        try:
            page, self._iterator = self._reader.records(self._placed())
        except (StreamIteratorExpiredError, StreamPositionLostError):
            self._iterator = None
            return [], False
        except BackendError:
            # A backend that was away may come back without its streams: an old iterator would skip records.
            self._iterator = None
            raise
        records = [record for record in page if self._is_ours(record)]
        if page:
            self._read = page[-1]["dynamodb"]["SequenceNumber"]
        self.wait_s = _next_wait_s(len(page), self.wait_s)
        self.caught_up = len(page) < FULL_PAGE
        return records, self._iterator is None

    def _placed(self) -> str:
        now = self._clock.monotonic()
        stale = self._read is not None and self.wait_s >= LONGEST_WAIT_S and now - self._placed_at >= VERIFY_S
        if self._iterator is None or stale:
            self._iterator = self._find_place()
            self._placed_at = now
        return self._iterator

    def _find_place(self) -> str:
        if self._read is None:
            iterator = self._reader.iterator(self._arn, self._shard_id, self._kind)
            # LATEST is where we began; when asked again it would skip what was written since.
            self._kind = "TRIM_HORIZON"
            return iterator
        try:
            return self._reader.iterator(self._arn, self._shard_id, "AFTER_SEQUENCE_NUMBER", self._read)
        except (StreamPositionLostError, BackendRefusedError):
            # Backends refuse an unknown sequence number in words of their own; another refusal meets us again below.
            self._tell_lost()
            self._read, self._kind = None, "TRIM_HORIZON"
            return self._reader.iterator(self._arn, self._shard_id, "TRIM_HORIZON")

    def _tell_lost(self) -> None:
        if not self.lost:
            self.lost = True
            self._report(
                f"The backend no longer knows position {self._read} of {self._arn} "
                "(it was restarted, wiped, or the record expired); reading on from the oldest record it has."
            )

    def _is_ours(self, record: RawRecord) -> bool:
        if self._since_s is None:
            return True
        created = created_s(record)
        if created is None:
            return True
        # Too many are better than too few.
        step_s = creation_step_s(created)
        return created >= self._since_s // step_s * step_s


def _next_wait_s(found: int, waited_s: float) -> float:
    """Quick while records flow, slower the longer there are none; a full page has more behind it."""
    if found >= FULL_PAGE:
        return 0.0
    return SHORTEST_WAIT_S if found else min(LONGEST_WAIT_S, max(waited_s, SHORTEST_WAIT_S) * 2)
