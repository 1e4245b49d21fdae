"""One observer that tells several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.model import Function, Invocation, LogLine, Observer, Outcome


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Implements model.Observer."""

    observers: tuple[Observer, ...]

    def logged(self, function: Function, lines: Sequence[LogLine]) -> None:
        for observer in self.observers:
            observer.logged(function, lines)

    def finished(self, invocation: Invocation, outcome: Outcome) -> None:
        for observer in self.observers:
            observer.finished(invocation, outcome)
