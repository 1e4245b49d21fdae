"""Leaves a server alone that keeps failing. Pure but for the clock.

Closed: calls go through; `failures` in a row open it. Open: no calls for `rest_s`. Then half open: one call probes; its
success closes the circuit, its failure opens it again. https://martinfowler.com/bliki/CircuitBreaker.html
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Circuit(StrEnum):
    """What a breaker lets through."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class CircuitBreaker:
    """Counts what it is told. An execution environment has one thread, so nothing here locks."""

    def __init__(self, failures: int, rest_s: float, clock: Callable[[], float]) -> None:
        self._limit, self._rest_s, self._clock = failures, rest_s, clock
        self._failures, self._opened_at, self._probing = 0, 0.0, False

    @property
    def circuit(self) -> Circuit:
        if self._failures < self._limit:
            return Circuit.CLOSED
        return Circuit.HALF_OPEN if self._clock() - self._opened_at >= self._rest_s else Circuit.OPEN

    def admits(self) -> bool:
        """Whether a call may be made now. In half-open state only the first one that asks: it is the probe."""
        if self.circuit is Circuit.HALF_OPEN and not self._probing:
            self._probing = True
            return True
        return self.circuit is Circuit.CLOSED

    def succeeded(self) -> None:
        self._failures, self._probing = 0, False

    def failed(self) -> None:
        self._failures, self._probing = self._failures + 1, False
        if self._failures >= self._limit:
            self._opened_at = self._clock()
