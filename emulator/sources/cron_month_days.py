"""The day-of-month field of a cron expression: numbers, L (the last day) and W (the weekday nearest to a day)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass

from emulator.sources.cron_field import FieldRange, values

_DAY = FieldRange("day of month", 1, 31)
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class MonthDays:
    """Plain days, days to take the nearest weekday of, and whether the last day and the last weekday count."""

    plain: tuple[int, ...] = ()
    nearest_weekday: tuple[int, ...] = ()
    last: bool = False
    last_weekday: bool = False

    def of(self, year: int, month: int) -> tuple[int, ...]:
        """The days of one month, sorted."""
        length = calendar.monthrange(year, month)[1]
        days = {day for day in self.plain if day <= length}
        days |= {_weekday_near(year, month, day, length) for day in self.nearest_weekday if day <= length}
        if self.last:
            days.add(length)
        if self.last_weekday:
            days.add(_weekday_near(year, month, length, length))
        return tuple(sorted(days))


def days_of_month(text: str) -> MonthDays:
    """Raises InvalidScheduleError."""
    found = MonthDays()
    for part in text.split(","):
        if part == "L":
            one = MonthDays(last=True)
        elif part == "LW":
            one = MonthDays(last_weekday=True)
        elif part.endswith("W"):
            one = MonthDays(nearest_weekday=(_DAY.value(part.removesuffix("W")),))
        else:
            one = MonthDays(plain=values(part, _DAY))
        found = _joined(found, one)
    return found


def _joined(one: MonthDays, other: MonthDays) -> MonthDays:
    return MonthDays(
        plain=one.plain + other.plain,
        nearest_weekday=one.nearest_weekday + other.nearest_weekday,
        last=one.last or other.last,
        last_weekday=one.last_weekday or other.last_weekday,
    )


def _weekday_near(year: int, month: int, day: int, length: int) -> int:
    """Friday before a Saturday, Monday after a Sunday, but never in another month."""
    weekday = calendar.weekday(year, month, day)
    if weekday == _SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == _SUNDAY:
        return day + 1 if day < length else day - 2
    return day
