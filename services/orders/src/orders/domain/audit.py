"""An entry of the audit trail: what happened to which thing. Pure.

An entry names people by their id alone: without the user pool and the profiles an id says nothing of anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One event. `entity` is order#<id> or product#<id>; `at` ISO 8601 in UTC; `changes` before and after by name;
    `person_id` is whose order it is, empty where it is nobody's.

    `event_id` is the event's own: the same however often it is heard of.
    """

    event_id: str
    event_type: str
    entity: str
    at: str
    correlation_id: str
    changes: Mapping[str, Any]
    person_id: str = ""

    @property
    def place(self) -> str:
        """Sorts by time; the same for the same event."""
        return f"{self.at}#{self.event_id}"

    @property
    def day(self) -> str:
        return self.at[:10]
