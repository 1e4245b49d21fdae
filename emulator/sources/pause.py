"""Waiting that ends early: when it is woken, or for good when the source is stopped."""

from __future__ import annotations

import threading

from emulator.model import Clock

SLICE_S = 1.0
"""A clock that was moved forward is noticed after so long."""


class Pause:
    """Waits on the injected clock. `wait` is False once `stop` was called; `wake` ends the current wait."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stopped = threading.Event()
        self._woken = threading.Event()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    def stop(self) -> None:
        self._stopped.set()
        self._woken.set()

    def wake(self) -> None:
        self._woken.set()

    def wait(self, seconds: float) -> bool:
        """Wait until `seconds` passed on the clock, `wake` or `stop`; False when stopped."""
        deadline = self._clock.monotonic() + seconds
        while not self.stopped:
            left = deadline - self._clock.monotonic()
            if left <= 0 or self._woken.wait(min(left, SLICE_S)):
                break
        if not self.stopped:
            self._woken.clear()
        return not self.stopped

    def sleep(self, seconds: float) -> bool:
        """Like `wait`, but only `stop` ends it early: the back-off of a retry."""
        deadline = self._clock.monotonic() + seconds
        while not self.stopped:
            left = deadline - self._clock.monotonic()
            if left <= 0 or self._stopped.wait(min(left, SLICE_S)):
                break
        return not self.stopped
