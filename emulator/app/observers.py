"""Tells everybody who wants to know what functions do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.model import Function, Invocation, LogLine, Observer, Outcome


@dataclass(frozen=True, slots=True)
class Observers:
    """An `Observer` made of several."""

    all: tuple[Observer, ...]

    def logged(self, function: Function, lines: Sequence[LogLine]) -> None:
        for observer in self.all:
            observer.logged(function, lines)

    def finished(self, invocation: Invocation, outcome: Outcome) -> None:
        for observer in self.all:
            observer.finished(invocation, outcome)
