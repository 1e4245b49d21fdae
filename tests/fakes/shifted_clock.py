"""Real time, moved forward by a test."""

from __future__ import annotations

import time


class ShiftedClock:
    """Passes as time does; `move` jumps ahead."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def now(self) -> float:
        return time.time() + self._ahead_s

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead_s

    def sleep(self, seconds: float) -> None:
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self._ahead_s += seconds
