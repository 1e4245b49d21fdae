"""When one schedule of a template is due: its expression, between its start and end, in its time zone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emulator.errors import InvalidScheduleError
from emulator.model import Schedule
from emulator.sources.schedule_expression import Expression, parse_schedule


@dataclass(frozen=True, slots=True)
class Timetable:
    """`window_s` is the flexible time window. `text` changes when anything of it does."""

    expression: Expression
    text: str
    starts_s: float | None = None
    ends_s: float | None = None
    window_s: float = 0.0

    def next_after(self, after_s: float, created_s: float) -> float | None:
        """The next time later than `after_s`; None when there is none before the end.

        A rate counts from the start date, or from when the schedule was created.
        https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
        """
        since_s = created_s if self.starts_s is None else self.starts_s
        if self.starts_s is not None:
            # The start itself counts.
            after_s = max(after_s, self.starts_s - 0.001)
        found = self.expression.next_after(after_s, since_s)
        return None if found is None or (self.ends_s is not None and found >= self.ends_s) else found


def timetable(schedule: Schedule) -> Timetable:
    """Raises InvalidScheduleError with the place in the template."""
    try:
        zone = _zone(schedule.time_zone)
        return Timetable(
            expression=parse_schedule(schedule.expression, zone, scheduler=schedule.kind == "scheduler"),
            text=f"{schedule.expression} {schedule.time_zone} {schedule.starts} {schedule.ends}",
            starts_s=_date(schedule.starts),
            ends_s=_date(schedule.ends),
            window_s=schedule.flexible_window_minutes * 60.0,
        )
    except InvalidScheduleError as error:
        raise InvalidScheduleError(
            f"Schedule {schedule.logical_id}: {error.what}", where=str(schedule.place), found=error.found, fix=error.fix
        ) from None


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        # Known also where a machine has no database of time zones.
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidScheduleError(
            "There is no such time zone", found=repr(name), fix="Use a name of the IANA database: Europe/Berlin."
        ) from None


def _date(text: str | None) -> float | None:
    """A date of CloudFormation in UTC, as seconds since the epoch."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidScheduleError(
            "A start or end date cannot be read", found=repr(text), fix="Write 2030-01-31T08:00:00Z."
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
