"""AWS's cron expressions: six fields, and the wall-clock moments they name. Pure; knows no time zones.

Differs from Unix: the week starts with SUN = 1, there is a year, one of the two day fields is "?", and L, W and #
exist. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType

from emulator.errors import InvalidScheduleError
from emulator.sources.cron_field import FieldRange, values
from emulator.sources.cron_month_days import MonthDays, days_of_month
from emulator.sources.cron_week_days import WeekDays, days_of_week

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTH_NAMES: Mapping[str, int] = MappingProxyType({name: number for number, name in enumerate(_MONTHS, 1)})
_MINUTE, _HOUR = FieldRange("minutes", 0, 59), FieldRange("hours", 0, 23)
_MONTH, _YEAR = FieldRange("month", 1, 12, _MONTH_NAMES), FieldRange("year", 1970, 2199)


@dataclass(frozen=True, slots=True)
class Cron:
    """Sorted values of each field; `days` answers for one month."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: MonthDays | WeekDays
    months: tuple[int, ...]
    years: tuple[int, ...]

    def moments(self, start: datetime) -> Iterator[datetime]:
        """Every moment from `start` on (naive local time, to the minute), in order; may be none."""
        for day in self._dates(start.date()):
            for hour in self.hours:
                for minute in self.minutes:
                    moment = datetime.combine(day, time(hour, minute))
                    if moment >= start:
                        yield moment

    def _dates(self, first: date) -> Iterator[date]:
        for year in self.years:
            for month in self.months:
                if (year, month) < (first.year, first.month):
                    continue
                for number in self.days.of(year, month):
                    day = date(year, month, number)
                    if day >= first:
                        yield day


def parse_cron(fields: str) -> Cron:
    """The text between the brackets of cron(…); raises InvalidScheduleError."""
    parts = fields.split()
    if len(parts) != 6:
        raise InvalidScheduleError(
            "A cron expression has six fields",
            found=f"{len(parts)} in {fields!r}",
            fix="Write minutes, hours, day of month, month, day of week, year.",
        )
    minutes, hours, month_day, months, week_day, years = (part.upper() for part in parts)
    if (month_day == "?") == (week_day == "?"):
        raise InvalidScheduleError(
            "One of day of month and day of week must be ?, the other not",
            found=f"{month_day} and {week_day}",
            fix="Write ? for the one that does not matter.",
        )
    return Cron(
        minutes=values(minutes, _MINUTE),
        hours=values(hours, _HOUR),
        days=days_of_week(week_day) if month_day == "?" else days_of_month(month_day),
        months=values(months, _MONTH),
        years=values(years, _YEAR),
    )
