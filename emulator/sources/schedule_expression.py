"""rate(…), cron(…) and at(…): when a schedule is next due. Pure: gets times, gives times, in epoch seconds.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Literal, Protocol

from emulator.errors import InvalidScheduleError
from emulator.sources.cron import Cron, parse_cron

_FORM = re.compile(r"(rate|cron|at)\((.*)\)")
_RATE = re.compile(r"([1-9][0-9]*) (minute|hour|day)(s?)")
_AT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_UNITS_S: Mapping[str, int] = MappingProxyType({"minute": 60, "hour": 3_600, "day": 86_400})


class Expression(Protocol):
    """When something is due; `once` when only a single time."""

    @property
    def once(self) -> bool: ...

    def next_after(self, after_s: float, since_s: float) -> float | None:
        """The first time later than `after_s`, None when there is none. `since_s` is when the schedule began."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Every so many seconds of real time from the beginning on; a day is 24 hours, also when the clocks change."""

    seconds: int
    at_once: bool
    once: Literal[False] = False

    def next_after(self, after_s: float, since_s: float) -> float | None:
        earliest = 0 if self.at_once else 1
        count = max(earliest, math.floor((after_s - since_s) / self.seconds) + 1)
        return since_s + count * self.seconds


@dataclass(frozen=True, slots=True)
class At:
    """One time."""

    moment_s: float
    once: Literal[True] = True

    def next_after(self, after_s: float, since_s: float) -> float | None:  # noqa: ARG002
        return self.moment_s if self.moment_s > after_s else None


@dataclass(frozen=True, slots=True)
class CronTimes:
    """A cron expression in a time zone.

    A local time that the clock skips in spring is left out; one that it repeats in autumn counts once.
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
    """

    cron: Cron
    zone: tzinfo
    once: Literal[False] = False

    def next_after(self, after_s: float, since_s: float) -> float | None:  # noqa: ARG002
        start = datetime.fromtimestamp(after_s, self.zone).replace(tzinfo=None, second=0, microsecond=0, fold=0)
        for moment in self.cron.moments(start):
            instant = _instant(moment, self.zone)
            if instant is not None and instant > after_s:
                return instant
        return None


def parse_schedule(text: str, zone: tzinfo, *, scheduler: bool) -> Expression:
    """scheduler: of EventBridge Scheduler, otherwise of a rule. Raises InvalidScheduleError.

    Scheduler fires a rate at once and takes "1 hours"; a rule waits one interval first and does not.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-rate-expressions
    """
    form = _FORM.fullmatch(text)
    if form is None or (form[1] == "at" and not scheduler):
        forms = "rate(…), cron(…) or at(…)" if scheduler else "rate(…) or cron(…)"
        raise InvalidScheduleError("A schedule expression cannot be read", found=repr(text), fix=f"Write {forms}.")
    if form[1] == "rate":
        return _rate(form[2], scheduler=scheduler)
    if form[1] == "at":
        return At(_at(form[2], zone))
    return CronTimes(parse_cron(form[2]), zone)


def _rate(text: str, *, scheduler: bool) -> Rate:
    found = _RATE.fullmatch(text)
    # EventBridge: a value of 1 needs the singular, any other the plural.
    if found is None or (not scheduler and (found[1] == "1") == bool(found[3])):
        raise InvalidScheduleError(
            "A rate cannot be read",
            found=repr(text),
            fix="Write a positive number and minute(s), hour(s) or day(s): 1 hour, 5 minutes.",
        )
    return Rate(int(found[1]) * _UNITS_S[found[2]], at_once=scheduler)


def _at(text: str, zone: tzinfo) -> float:
    try:
        if _AT.fullmatch(text) is None:
            raise ValueError
        return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()
    except ValueError:
        raise InvalidScheduleError(
            "The time of a schedule cannot be read", found=repr(text), fix="Write at(yyyy-mm-ddThh:mm:ss)."
        ) from None


def _instant(moment: datetime, zone: tzinfo) -> float | None:
    """Epoch seconds of a local time, the earlier of two; None where the clocks skip it."""
    aware = moment.replace(tzinfo=zone)
    seconds = aware.timestamp()
    back = datetime.fromtimestamp(seconds, zone).replace(tzinfo=None, fold=0)
    return seconds if back == moment else None
