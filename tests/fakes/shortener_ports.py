"""The shortener's ports in memory; tests/integration/shortener holds fakes and tables to one contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shortener.domain.errors import (
    ChangedMeanwhileError,
    CodeTakenError,
    KeyReusedError,
    ShortenerError,
    TooManyWritesError,
)
from shortener.domain.model import Caller, Counts, Destination, Event, Link, Page
from shortener.domain.ports import Answered
from shortener.domain.signing_in import Identity, Session


class FakeNow:
    """A clock that stands still until told otherwise."""

    def __init__(self, now: float = 1_772_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class FakeOutbox:
    """Keeps events; `failure` is raised instead when set."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.failure: ShortenerError | None = None

    def add(self, event: Event) -> None:
        if self.failure is not None:
            raise self.failure
        self.events.append(event)


class FakeDestinations:
    """Counts how often it is read."""

    def __init__(self, **destinations: Destination) -> None:
        self.by_code = dict(destinations)
        self.reads = 0

    def find(self, code: str) -> Destination | None:
        self.reads += 1
        return self.by_code.get(code)


class FakeLinks:
    """Links, events and answers in dictionaries."""

    def __init__(self) -> None:
        self.by_code: dict[str, Link] = {}
        self.events: list[Event] = []
        self.answers: dict[tuple[str, str], Answered] = {}

    def find(self, code: str) -> Link | None:
        return self.by_code.get(code)

    def add(self, link: Link, event: Event, answered: Answered | None) -> None:
        if answered is not None and (link.owner, answered.key) in self.answers:
            raise KeyReusedError("used")
        if link.code in self.by_code:
            raise CodeTakenError("taken")
        self.by_code[link.code] = link
        self.events.append(event)
        if answered is not None:
            self.answers[link.owner, answered.key] = answered

    def replace(self, link: Link, seen_version: int, event: Event) -> None:
        self._check(link, seen_version)
        self.by_code[link.code] = link
        self.events.append(event)

    def remove(self, link: Link, event: Event) -> None:
        self._check(link, link.version)
        del self.by_code[link.code]
        self.events.append(event)

    def owned_by(self, owner: str, limit: int, position: str | None) -> Page:
        owned = [link for link in self.by_code.values() if link.owner == owner]
        newest = sorted(owned, key=_position, reverse=True)
        rest = [link for link in newest if position is None or _position(link) < position]
        links = tuple(rest[:limit])
        return Page(links, _position(links[-1]) if len(rest) > limit else None)

    def answered(self, owner: str, key: str) -> Answered | None:
        return self.answers.get((owner, key))

    def _check(self, link: Link, seen_version: int) -> None:
        stored = self.by_code.get(link.code)
        if stored is None or stored.link_id != link.link_id or stored.version != seen_version:
            raise ChangedMeanwhileError("changed")


class FakeStatistics:
    """Answers what it was given."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts

    def read(self, link_id: str) -> Counts:
        return self.counts


class FakeLedger:
    """Counters and writers' positions by lane; the next of `failures` is raised instead of counting."""

    def __init__(self) -> None:
        self.positions: dict[tuple[str, str], int] = {}
        self.clicks: dict[tuple[str, str], int] = {}
        self.failures: list[ShortenerError] = []
        self.transactions = 0
        self.most_links = 100

    def counted(self, lane: str, writers: Sequence[str]) -> Mapping[str, int]:
        return {writer: self.positions[lane, writer] for writer in writers if (lane, writer) in self.positions}

    def count(
        self,
        lane: str,
        seen: Mapping[str, int],
        now_counted: Mapping[str, int],
        counts: Mapping[tuple[str, str], Counts],
    ) -> None:
        if self.failures:
            raise self.failures.pop(0)
        if len(counts) > self.most_links:
            raise TooManyWritesError(f"more than {self.most_links}")
        if any(self.positions.get((lane, writer)) != seen.get(writer) for writer in now_counted):
            raise ChangedMeanwhileError("moved")
        self.positions |= {(lane, writer): number for writer, number in now_counted.items()}
        for key, added in counts.items():
            self.clicks[key] = self.clicks.get(key, 0) + added.clicks
        self.transactions += 1


class FakeArchive:
    """Files by name."""

    def __init__(self) -> None:
        self.files: dict[str, list[str]] = {}

    def write(self, folder: str, name: str, lines: Sequence[str]) -> None:
        self.files[f"{folder}/{name}"] = list(lines)


class FakeProvider:
    """Knows codes and whose they are; `failure` is raised when set."""

    def __init__(self, **codes: Identity) -> None:
        self.codes = dict(codes)
        self.failure: ShortenerError | None = None

    def identify(self, code: str, code_verifier: str, redirect_uri: str, nonce: str) -> Identity:
        if self.failure is not None:
            raise self.failure
        return self.codes[code]


class FakePeople:
    """People and sessions in dictionaries."""

    def __init__(self) -> None:
        self.roles: dict[str, str] = {}
        self.sessions: dict[str, Session] = {}
        self.events: list[Event] = []

    def signed_in(self, identity: Identity, session: Session, event: Event) -> Caller:
        self.roles.setdefault(identity.user_id, "user")
        self.sessions[session.session_id] = session
        self.events.append(event)
        return Caller(identity.user_id, self.roles[identity.user_id])

    def caller(self, user_id: str) -> Caller | None:
        return Caller(user_id, self.roles[user_id]) if user_id in self.roles else None

    def session(self, session_id: str) -> Session | None:
        return self.sessions.get(session_id)

    def rotate(self, session: Session, seen_fingerprint: str) -> None:
        stored = self.sessions.get(session.session_id)
        if stored is None or stored.fingerprint != seen_fingerprint:
            raise ChangedMeanwhileError("refreshed")
        self.sessions[session.session_id] = session

    def end(self, session_id: str) -> None:
        self.sessions.pop(session_id, None)


class FakeTokens:
    """Access tokens that can be read with the eye."""

    def issue(self, caller: Caller) -> str:
        return f"{caller.user_id}:{caller.role}"


def _position(link: Link) -> str:
    return f"{link.created_at.isoformat(timespec='microseconds')}#{link.code}"
