"""Where something stands in a template, and what of a template has no effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a template: the file and its 1-based line."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Ignored:
    """A property of a template that has no effect here, listed at start."""

    logical_id: str
    property: str
    reason: str
    place: Place
