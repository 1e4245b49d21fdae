"""What a section of the benchmark found: figures, and verdicts against the bars of DESIGN.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value of one contender. `low` and `high` are the extremes of the rounds; `reason` says why there
    is no value."""

    what: str
    who: str
    unit: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bar:
    """A number to hold: at least or at most `limit` of `unit`."""

    what: str
    limit: float
    unit: str
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A bar and what was measured; None when it could not be."""

    bar: Bar
    measured: float | None
    reason: str = ""

    @property
    def held(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.bar.limit if self.bar.at_least else self.measured <= self.bar.limit


@dataclass(frozen=True, slots=True)
class Findings:
    """One section: its figures in the order they are shown, its verdicts, and a remark for the reader."""

    section: str
    figures: tuple[Figure, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    remarks: tuple[str, ...] = ()
