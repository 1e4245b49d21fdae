"""A clock that moves only when told to, or when somebody sleeps on it."""

from __future__ import annotations


class StillClock:
    """Starts at the given seconds since the epoch."""

    def __init__(self, now: float = 1_600_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds
