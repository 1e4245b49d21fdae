"""Turns delivered records, in whatever order lanes finish them, into one durable checkpoint per shard.

The checkpoint never passes a record that is not done: after a crash it is delivered again, never lost.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable


class Acknowledgement:
    """Thread safe. `save` writes the checkpoint and raises DiskFullError when it cannot."""

    def __init__(self, save: Callable[[str], None]) -> None:
        self._save = save
        self._lock = threading.Lock()
        self._done: dict[str, bool] = {}

    def expect(self, sequences: Iterable[str]) -> None:
        """These records were read, in this order."""
        with self._lock:
            for sequence in sequences:
                self._done[sequence] = False

    def done(self, sequences: Iterable[str]) -> None:
        """These records need no delivery any more: handled, filtered out, or accepted by a destination."""
        with self._lock:
            for sequence in sequences:
                if sequence in self._done:
                    self._done[sequence] = True
            passed = self._advance()
            if passed is not None:
                self._save(passed)

    @property
    def outstanding(self) -> int:
        with self._lock:
            return len(self._done)

    def _advance(self) -> str | None:
        passed = None
        while self._done:
            first = next(iter(self._done))
            if not self._done[first]:
                break
            del self._done[first]
            passed = first
        return passed
