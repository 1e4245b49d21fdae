"""What happened, as it is kept for those who must be able to look it up. Pure.

An entry names people by their id alone: without the user pool and the profiles an id says nothing of anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Fact = str | int


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One event. `entity` is order#<id> or product#<id>; `person_id` is whose order it is, empty if nobody's."""

    event_id: str
    event_type: str
    entity: str
    at: datetime
    person_id: str = ""
    correlation_id: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` on and before `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page, newest first. `position` says where the next begins, None at the end."""

    entries: tuple[AuditEntry, ...]
    position: str | None
