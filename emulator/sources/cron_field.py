"""One field of a cron expression with numbers, names, lists, ranges and steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emulator.errors import InvalidScheduleError


@dataclass(frozen=True, slots=True)
class FieldRange:
    """What a field is called in errors, its smallest and largest value, and names for values."""

    name: str
    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict)

    def value(self, text: str) -> int:
        """A number or a name; raises InvalidScheduleError."""
        number = self.names.get(text, int(text) if text.isascii() and text.isdigit() else -1)
        if not self.low <= number <= self.high:
            raise self.fault(text)
        return number

    def fault(self, found: str) -> InvalidScheduleError:
        names = f" or {'-'.join([*self.names][:: max(1, len(self.names) - 1)])}" if self.names else ""
        return InvalidScheduleError(
            f"The {self.name} of a cron expression cannot be read",
            found=repr(found),
            fix=f"AWS takes {self.low}-{self.high}{names}, with the wildcards that its documentation lists.",
        )


def values(text: str, allowed: FieldRange) -> tuple[int, ...]:
    """Every value that a field names, sorted."""
    return tuple(sorted({number for part in text.split(",") for number in _part(part, allowed)}))


def _part(text: str, allowed: FieldRange) -> range | list[int]:
    span, slash, step = text.partition("/")
    if slash and not (step.isascii() and step.isdigit() and int(step) > 0):
        raise allowed.fault(text)
    if span == "*":
        return range(allowed.low, allowed.high + 1, int(step or 1))
    first, dash, last = span.partition("-")
    if dash:
        return _span(allowed.value(first), allowed.value(last), allowed)[:: int(step or 1)]
    if slash:
        return range(allowed.value(first), allowed.high + 1, int(step))
    return [allowed.value(first)]


def _span(first: int, last: int, allowed: FieldRange) -> list[int]:
    """From first to last. AWS's own example of hours 20-2 goes on after midnight.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions
    """
    if first <= last:
        return list(range(first, last + 1))
    return [*range(first, allowed.high + 1), *range(allowed.low, last + 1)]
