"""Turns the stream of events into statistics and archived lines, each event counted once however often it comes.

Links are spread over lanes, and the archive is a lane too. Events of one writer arrive in order (DynamoDB keeps the
order of a partition key), so one number per lane and writer says what that lane has done already. The number moves in
the same transaction as the counters: a batch that comes again, whole, in part or cut differently, finds the number
moved and adds nothing. Lines in the archive may come twice when a batch is cut differently; each has an `id`.
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from zlib import crc32

from shortener.domain.errors import ChangedMeanwhileError, CountersFullError, ShortenerError, TooManyWritesError
from shortener.domain.events import CLICKED
from shortener.domain.model import Counts, Event
from shortener.domain.ports import EventArchive, Ledger
from shortener.domain.writers import group_of

OVERFLOW = "#more"
"""Behind a month's name: the counters that take over when the month's own are full."""
ARCHIVE = "archive"
"""The lane of every event; goes first, so that nothing is counted that is not archived."""
_LANES = 8
"""Of links. A batch may hold 750 links, in whatever order, before any lane needs a second transaction."""
_TRIES = 5
_MAX_WRITES = 100
"""DynamoDB's limit on one transaction."""
_MAX_MOVES = 75
"""Writers of one group moved at once: each takes three of the operators that an item's expressions may have."""
_MAX_NAMES = 150
"""Names counted for one link and month at once: an update expression may have 300 operators and 4 KB."""


class UnreadableEventError(ShortenerError):
    """An event that is not one of ours."""

    code = "unreadable_event"


@dataclass(frozen=True, slots=True)
class Received:
    """An event of the stream. `position` is its sequence number there, `body` its decoded line."""

    position: str
    event: Event
    body: Mapping[str, Any]

    @classmethod
    def of(cls, position: str, event: Event) -> Received:
        """Raises UnreadableEventError."""
        try:
            body = json.loads(event.line)
            clicked = body["type"] == CLICKED
            needed = ("id", "at", "linkId", "referrer", "country", "device") if clicked else ("id", "at")
            if not all(isinstance(body[name], str) for name in needed):
                raise UnreadableEventError("An event lacks a field.")
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableEventError(f"An event cannot be read: {error}") from error
        return cls(position, event, body)


@dataclass(slots=True)
class _Tally:
    """What one transaction of a lane adds; grows event by event and says when it is full."""

    lane: str
    taken: list[Received] = field(default_factory=list)
    writers: dict[str, int] = field(default_factory=dict)
    by_month: dict[tuple[str, str], _Clicks] = field(default_factory=dict)
    is_full: bool = False
    """True when one more event might not fit."""
    _group_sizes: Counter[str] = field(default_factory=Counter)

    def take(self, received: Received) -> None:
        self.taken.append(received)
        writer, number = received.event.writer, received.event.number
        if writer not in self.writers:
            self._group_sizes[group_of(writer)] += 1
            self.is_full |= self._group_sizes[group_of(writer)] >= _MAX_MOVES
        self.writers[writer] = max(number, self.writers.get(writer, 0))
        if self.lane != ARCHIVE:
            self._count(received.body)
        self.is_full |= len(self._group_sizes) + len(self.by_month) > _MAX_WRITES - 2

    def _count(self, click: Mapping[str, Any]) -> None:
        at = click["at"]
        key = (click["linkId"], at[:7])
        clicks = self.by_month.get(key)
        if clicks is None:
            clicks = self.by_month[key] = _Clicks()
        clicks.days[at[:10]] += 1
        clicks.referrers[click["referrer"]] += 1
        clicks.countries[click["country"]] += 1
        clicks.devices[click["device"]] += 1
        self.is_full |= clicks.names > _MAX_NAMES

    def counts(self) -> dict[tuple[str, str], Counts]:
        return {
            key: Counts(one.days.total(), one.days, one.referrers, one.countries, one.devices)
            for key, one in self.by_month.items()
        }


@dataclass(frozen=True, slots=True)
class _Clicks:
    """The clicks of one link in one month."""

    days: Counter[str] = field(default_factory=Counter)
    referrers: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    devices: Counter[str] = field(default_factory=Counter)

    @property
    def names(self) -> int:
        return len(self.days) + len(self.referrers) + len(self.countries) + len(self.devices)


class CountClicks:
    """The use case behind the stream."""

    def __init__(self, ledger: Ledger, archive: EventArchive) -> None:
        self._ledger, self._archive = ledger, archive

    def __call__(self, received: Sequence[Received]) -> int:
        """Archive events and count clicks. Returns how many clicks were new.

        Raises StoppedAtError naming the first event that is not done; all before it are.
        """
        lanes = _lanes(received)
        try:
            seen = {lane: dict(self._ledger.counted(lane, _writers(events))) for lane, events in lanes.items()}
        except ShortenerError as error:
            raise StoppedAtError(received[0].position, str(error)) from error
        tallies = [tally for lane in lanes for tally in _tallies(lane, _fresh(lanes[lane], seen[lane]))]
        counted = 0
        for index, tally in enumerate(tallies):
            try:
                done = self._settle(tally, seen[tally.lane])
            except ShortenerError as error:
                raise StoppedAtError(_first(received, tallies[index:]), str(error)) from error
            counted += 0 if tally.lane == ARCHIVE else done
        return counted

    def _settle(self, tally: _Tally, seen: dict[str, int]) -> int:
        """How many of the tally's events were new to its lane; `seen` moves on with it."""
        for _ in range(_TRIES):
            try:
                self._do(tally, seen)
            except ChangedMeanwhileError:
                seen |= self._ledger.counted(tally.lane, sorted(tally.writers))
                tally = _whole(tally.lane, _fresh(tally.taken, seen))
                if not tally.taken:
                    return 0
            except TooManyWritesError:
                if len(tally.taken) == 1:
                    raise
                return self._settle_in_halves(tally, seen)
            else:
                seen |= tally.writers
                return len(tally.taken)
        raise ChangedMeanwhileError("others keep changing the same counters")

    def _settle_in_halves(self, tally: _Tally, seen: dict[str, int]) -> int:
        """AWS takes 100 writes in a transaction; older builds of DynamoDB Local take 10."""
        middle = len(tally.taken) // 2
        halves = (tally.taken[:middle], tally.taken[middle:])
        return sum(self._settle(_whole(tally.lane, half), seen) for half in halves)

    def _do(self, tally: _Tally, seen: Mapping[str, int]) -> None:
        if tally.lane == ARCHIVE:
            self._archive_lines(tally.taken)
        try:
            self._ledger.count(tally.lane, seen, tally.writers, tally.counts())
        except CountersFullError:
            # Somebody floods a link with invented referrers: counting goes on, without them, beside what is full.
            self._ledger.count(tally.lane, seen, tally.writers, _without_referrers(tally.counts()))

    def _archive_lines(self, events: Iterable[Received]) -> None:
        folders: dict[str, list[Received]] = {}
        for one in events:
            at = one.body["at"]
            folders.setdefault(f"{one.body['type']}/dt={at[:10]}/hour={at[11:13]}", []).append(one)
        for folder, ones in folders.items():
            self._archive.write(folder, _name(ones), [one.event.line for one in ones])


class StoppedAtError(ShortenerError):
    """Counting stopped before the event at `position`."""

    code = "stopped"

    def __init__(self, position: str, why: str) -> None:
        self.position = position
        super().__init__(f"Stopped at {position}: {why}")


def lane_of(link_id: str) -> str:
    """The lane in which a link's clicks are counted, always the same."""
    return f"links-{crc32(link_id.encode()) % _LANES}"


def _lanes(received: Iterable[Received]) -> dict[str, list[Received]]:
    """The events of each lane, in order; the archive's first."""
    lanes: dict[str, list[Received]] = {ARCHIVE: list(received)}
    for one in lanes[ARCHIVE]:
        if one.body["type"] == CLICKED:
            lanes.setdefault(lane_of(one.body["linkId"]), []).append(one)
    return lanes


def _writers(events: Iterable[Received]) -> list[str]:
    return sorted({one.event.writer for one in events})


def _fresh(events: Iterable[Received], seen: Mapping[str, int]) -> list[Received]:
    """The events that are not counted yet."""
    return [one for one in events if one.event.number > seen.get(one.event.writer, 0)]


def _whole(lane: str, events: Iterable[Received]) -> _Tally:
    """The tally of events that are known to fit."""
    tally = _Tally(lane)
    for one in events:
        tally.take(one)
    return tally


def _tallies(lane: str, events: Iterable[Received]) -> Iterator[_Tally]:
    """Cut a lane's events, in order, into pieces that one transaction can hold."""
    tally = _Tally(lane)
    for one in events:
        tally.take(one)
        if tally.is_full:
            yield tally
            tally = _Tally(lane)
    if tally.taken:
        yield tally


def _first(received: Iterable[Received], left: Iterable[_Tally]) -> str:
    """The position of the first event that one of these tallies holds."""
    waiting = {one.position for tally in left for one in tally.taken}
    return next(one.position for one in received if one.position in waiting)


def _without_referrers(counts: Mapping[tuple[str, str], Counts]) -> dict[tuple[str, str], Counts]:
    return {
        (link_id, f"{month}{OVERFLOW}"): replace(counted, referrers={"other": counted.clicks})
        for (link_id, month), counted in counts.items()
    }


def _name(events: Sequence[Received]) -> str:
    """The same events get the same name, so that writing them again replaces the file."""
    ids = "\n".join(one.body["id"] for one in events)
    return f"{events[0].body['id']}-{sha256(ids.encode()).hexdigest()[:16]}"
