"""How many batches of one mapping may be in flight at the same time.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

from __future__ import annotations

import threading

from emulator.model import Clock, Function, Trigger

FIRST = 5
"""Lambda begins with five concurrent batches …"""
MORE_PER_S = 5.0
"""… and adds up to 300 a minute while messages are waiting."""
LAPTOP_LIMIT = 50
"""Lambda goes to 1,250; here each is a process. MaximumConcurrency or a reserved concurrency may say more."""


class QueueScale:
    """Thread safe."""

    def __init__(self, maximum: int, clock: Clock) -> None:
        self._maximum, self._clock = maximum, clock
        self._lock = threading.Lock()
        self._limit = float(min(FIRST, maximum))
        self._backlog = False
        self._at = clock.monotonic()

    def limit(self) -> int:
        """Grows with time while there is a backlog."""
        with self._lock:
            self._advance()
            return int(self._limit)

    def polled(self, found: int, asked: int) -> None:
        """A receive that brought all it asked for leaves a backlog; one that brought nothing ends it."""
        with self._lock:
            self._advance()
            self._backlog = found >= asked
            if not found:
                self._limit = float(min(FIRST, self._maximum))

    def hindered(self) -> None:
        """The function failed or was throttled: Lambda gradually takes concurrency back."""
        with self._lock:
            self._advance()
            self._limit = max(1.0, self._limit - 1.0)

    def _advance(self) -> None:
        now = self._clock.monotonic()
        if self._backlog:
            self._limit = min(float(self._maximum), self._limit + (now - self._at) * MORE_PER_S)
        self._at = now


def most_batches(trigger: Trigger, function: Function) -> int:
    """More than the function's concurrency would only be throttled."""
    limits = [limit for limit in (trigger.maximum_concurrency, function.reserved_concurrency) if limit is not None]
    return max(1, min(limits, default=LAPTOP_LIMIT))
