"""The day-of-week field of a cron expression: 1-7 or SUN-SAT, 6L (the last Friday), 3#2 (the second Tuesday)."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from emulator.errors import InvalidScheduleError
from emulator.sources.cron_field import FieldRange, values

_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NAMES: Mapping[str, int] = MappingProxyType({name: number for number, name in enumerate(_DAYS, 1)})
_DAY = FieldRange("day of week", 1, 7, _NAMES)
_SATURDAY = 7


@dataclass(frozen=True, slots=True)
class WeekDays:
    """Weekdays (1 is Sunday) of every week, of the last week of a month, or (weekday, n): the n-th of a month."""

    every: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    nth: tuple[tuple[int, int], ...] = ()

    def of(self, year: int, month: int) -> tuple[int, ...]:
        """The days of one month, sorted."""
        first, length = calendar.monthrange(year, month)
        days = []
        for day in range(1, length + 1):
            # Python's week starts with Monday = 0, AWS's with Sunday = 1.
            weekday = (first + day) % 7 + 1
            in_last = weekday in self.last and day + 7 > length
            if weekday in self.every or in_last or (weekday, (day + 6) // 7) in self.nth:
                days.append(day)
        return tuple(days)


def days_of_week(text: str) -> WeekDays:
    """Raises InvalidScheduleError."""
    if "/" in text:
        # Unlike every other field: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
        raise _DAY.fault(text)
    if "#" in text:
        return WeekDays(nth=(_nth(text),))
    every: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    for part in text.split(","):
        if part == "L":
            # Without a day it is the last day of the week.
            every += (_SATURDAY,)
        elif part.endswith("L"):
            last += (_DAY.value(part.removesuffix("L")),)
        else:
            every += values(part, _DAY)
    return WeekDays(every=every, last=last)


def _nth(text: str) -> tuple[int, int]:
    """AWS takes one # and nothing beside it."""
    day, _, count = text.partition("#")
    if count not in ("1", "2", "3", "4", "5"):
        raise InvalidScheduleError(
            "The day of week of a cron expression cannot be read",
            found=repr(text),
            fix="Write one weekday and which of the month: 3#2 is the second Tuesday.",
        )
    return _DAY.value(day), int(count)
