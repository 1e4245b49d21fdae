"""The queues with asynchronous events: when each is to be looked at, and how many of its events are in hand."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from emulator.model import Clock, Function
from emulator.sources.async_envelope import Messages

CONCURRENCY = 5
"""Asynchronous events of one function handled at the same time; Lambda starts small, too."""
LOOK_AGAIN_S = 5.0
"""Every event is announced or has a known due time; this is for what a killed process left behind."""


@dataclass
class Line:
    """One queue of events for one function as seen from here. Owned by Lines.

    open: finds or creates the queue; its URL. awaited: somebody waits at the queue all the time, so that it need not
    be looked at.
    """

    function: Function
    messages: Messages
    open: Callable[[], str]
    awaited: bool = False
    url: str | None = None
    in_flight: int = 0
    look_at: float = 0.0
    dues: list[float] = field(default_factory=list)

    @property
    def room(self) -> int:
        """How many more events may be handled now; more than the reserved concurrency would only be throttled."""
        reserved = self.function.reserved_concurrency
        return (CONCURRENCY if reserved is None else max(1, min(CONCURRENCY, reserved))) - self.in_flight


class Lines:
    """Thread safe. Times are the clock's monotonic seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Condition()
        self._lines: dict[str, Line] = {}

    def add(self, line: Line) -> Line:
        """The function's line; the one known before, where there is one."""
        with self._lock:
            return self._lines.setdefault(line.function.logical_id, line)

    def announce(self, line: Line) -> None:
        """There is something in this queue now."""
        with self._lock:
            line.look_at = 0.0

    def due_in(self, line: Line, seconds: float) -> None:
        """Something in this queue becomes visible in so many seconds."""
        if line.awaited:
            return
        with self._lock:
            line.dues.append(self._clock.monotonic() + seconds)

    def take_due(self) -> list[Line]:
        """Lines to look at now; they are looked at again later by themselves."""
        now = self._clock.monotonic()
        with self._lock:
            due = [line for line in self._lines.values() if line.room > 0 and now >= _next_look(line)]
            for line in due:
                line.dues = [at for at in line.dues if at > now]
                line.look_at = now + LOOK_AGAIN_S
            return due

    def next_due_in(self) -> float:
        """Seconds until the next look."""
        now = self._clock.monotonic()
        with self._lock:
            looks = [_next_look(line) for line in self._lines.values() if line.room > 0]
        return max(0.0, min(looks, default=now + LOOK_AGAIN_S) - now)

    def wait_for_room(self, line: Line, timeout_s: float) -> bool:
        """Whether one more of its events may be handled, after at most so many real seconds."""
        with self._lock:
            return self._lock.wait_for(lambda: line.room > 0, timeout_s)

    def begun(self, line: Line) -> None:
        with self._lock:
            line.in_flight += 1

    def ended(self, line: Line) -> None:
        """One event less in hand; a line that was full may have more waiting."""
        with self._lock:
            was_full = line.room <= 0
            line.in_flight -= 1
            if was_full:
                line.look_at = 0.0
                self._lock.notify_all()


def _next_look(line: Line) -> float:
    return min([line.look_at, *line.dues])


def queue_name(stack: str, logical_id: str, purpose: str = "async") -> str:
    """At most 80 of the characters SQS allows, different for different functions and purposes."""
    name = re.sub(r"[^A-Za-z0-9_-]", "-", f"terrarium-{stack}-{logical_id}-{purpose}")
    if len(name) <= 80:
        return name
    return f"{name[:64]}-{hashlib.sha256(name.encode()).hexdigest()[:15]}"
