"""The shortener's values: links, visits, visitors' traces, statistics. Frozen, without I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Whether a link's owner lets it redirect."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Link:
    """A short link. `link_id` survives nothing: a code that is deleted and taken again gets a new one,
    and so fresh statistics. `version` counts changes; writers compare it."""

    code: str
    link_id: str
    target: str
    owner: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None = None
    state: State = State.ACTIVE
    tags: tuple[str, ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True)
class Destination:
    """What a redirect needs to know of a link. `expires_at` in seconds since the epoch."""

    link_id: str
    target: str
    active: bool
    expires_at: float | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a short code, as the gateway saw it."""

    code: str
    source_ip: str
    user_agent: str
    referrer: str
    country: str
    query: Mapping[str, str]
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the authorizer vouches for it."""

    user_id: str
    role: str = "user"

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a change came from: kept with its event. IP and user agent only ever leave as salted hashes."""

    correlation_id: str
    source_ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, in the past tense. `line` is its JSON line for the events bucket;
    `writer` and `number` order it among the events of the same execution environment."""

    writer: str
    number: int
    line: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of links, newest first. `position` says where the next page begins, None at the end."""

    links: tuple[Link, ...]
    position: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Clicks by what they are counted by; each map goes from name to clicks. Days are YYYY-MM-DD."""

    clicks: int = 0
    days: Mapping[str, int] = field(default_factory=dict)
    referrers: Mapping[str, int] = field(default_factory=dict)
    countries: Mapping[str, int] = field(default_factory=dict)
    devices: Mapping[str, int] = field(default_factory=dict)
