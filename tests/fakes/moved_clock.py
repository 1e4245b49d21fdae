"""A clock that a test moves. Sleeping moves it; nothing waits for real."""

from __future__ import annotations

import threading


class MovedClock:
    """Wall and monotonic time advance together, only by `move` and `sleep`."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._now = now
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.move(seconds)

    def move(self, seconds: float) -> None:
        with self._lock:
            self._now += seconds


class InstantPause:
    """A Pause that moves the clock instead of waiting and remembers how long it would have waited."""

    def __init__(self, clock: MovedClock, stop_after: int = 1000) -> None:
        self._clock, self._stop_after = clock, stop_after
        self.waits: list[float] = []
        self.stopped = False

    def sleep(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self._clock.move(seconds)
        self.stopped = self.stopped or len(self.waits) >= self._stop_after
        return not self.stopped

    wait = sleep

    def stop(self) -> None:
        self.stopped = True

    def wake(self) -> None:
        """Nothing to wake."""
