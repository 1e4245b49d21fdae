"""Cron expressions against a calendar that is gone through day by day, and over changes of the clock."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.sources.cron import parse_cron
from emulator.sources.schedule_expression import CronTimes

DAYS = 200
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))
ZONES = st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"])


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    """A field without L, W and #."""
    one = st.integers(low, high).map(str)
    return st.one_of(
        st.just("*"),
        st.lists(one, min_size=1, max_size=3).map(",".join),
        st.tuples(one, one).map("-".join),
        st.tuples(one, st.integers(1, high).map(str)).map("/".join),
    )


MONTH_DAYS = st.one_of(st.sampled_from(["L", "LW", "1W", "15W", "31W", "1,L"]), numbers(1, 31))
WEEK_DAYS = st.sampled_from(["L", "1L", "6L,2", "MON-FRI", "7", "1", "6-2", "2#1", "3#5", "FRI#2", "*"])
DAY_FIELDS = st.one_of(
    MONTH_DAYS.map(lambda text: (text, "?")),
    WEEK_DAYS.map(lambda text: ("?", text)),
)


@settings(max_examples=150, deadline=None)
@given(numbers(0, 59), numbers(0, 23), DAY_FIELDS, numbers(1, 12), MOMENTS)
def test_next_time_is_the_first_minute_that_matches(
    minute: str, hour: str, days: tuple[str, str], month: str, after: datetime
) -> None:
    expression = f"{minute} {hour} {days[0]} {month} {days[1]} *"
    found = CronTimes(parse_cron(expression), ZoneInfo("UTC")).next_after(after.replace(tzinfo=UTC).timestamp(), 0)

    limit = (after + timedelta(days=DAYS)).replace(tzinfo=UTC).timestamp()
    expected = next((moment for moment in matching(expression.split(), after) if moment > after), None)
    if expected is None:
        assert found is None or found >= limit - 60
    else:
        assert found == expected.replace(tzinfo=UTC).timestamp()


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["0/15", "30", "0,59"]), st.sampled_from(["*", "0-3", "1", "2", "3"]), ZONES, MOMENTS)
def test_each_local_time_counts_once_and_none_that_does_not_exist(
    minute: str, hour: str, name: str, after: datetime
) -> None:
    zone = ZoneInfo(name)
    times = CronTimes(parse_cron(f"{minute} {hour} * * ? *"), zone)
    moment, seen = after.replace(tzinfo=UTC).timestamp(), []
    for _ in range(120):
        following = times.next_after(moment, 0)
        assert following is not None
        assert following > moment
        seen.append(datetime.fromtimestamp(following, zone).replace(tzinfo=None, fold=0))
        assert among(hour, seen[-1].hour, 0, 23)
        assert among(minute, seen[-1].minute, 0, 59)
        moment = following
    assert seen == sorted(set(seen))


def matching(fields: list[str], after: datetime) -> Iterator[datetime]:
    """Every matching minute of the next days, from the beginning of the first day on."""
    midnight = after.replace(hour=0, minute=0, second=0, microsecond=0)
    for day in (midnight + timedelta(days=number) for number in range(DAYS + 1)):
        if is_day(fields, day):
            for hour in (hour for hour in range(24) if among(fields[1], hour, 0, 23)):
                yield from (
                    day.replace(hour=hour, minute=minute) for minute in range(60) if among(fields[0], minute, 0, 59)
                )


def is_day(fields: list[str], day: datetime) -> bool:
    _, _, month_day, month, week_day, _ = fields
    if not among(month, day.month, 1, 12):
        return False
    if week_day == "?":
        return any(is_month_day(part, day) for part in month_day.split(","))
    return any(is_week_day(part, day) for part in week_day.split(","))


def among(field: str, value: int, low: int, high: int) -> bool:
    for part in field.split(","):
        first, _, step = part.partition("/")
        begin, _, end = first.partition("-")
        if first == "*":
            begin, end = str(low), str(high)
        last = int(end or (high if step else begin))
        steps = range((last - int(begin)) % (high - low + 1) + 1)[:: int(step or 1)]
        if value in [(int(begin) - low + number) % (high - low + 1) + low for number in steps]:
            return True
    return False


def is_month_day(part: str, moment: datetime) -> bool:
    length = calendar.monthrange(moment.year, moment.month)[1]
    if part == "L":
        return moment.day == length
    if part.endswith("W"):
        wanted = length if part == "LW" else int(part[:-1])
        # Of all weekdays of the month the one nearest to the day; a Friday before a Monday that is as near.
        weekdays = [day for day in range(1, length + 1) if calendar.weekday(moment.year, moment.month, day) < 5]
        return wanted <= length and moment.day == min(weekdays, key=lambda day: (abs(day - wanted), day))
    return among(part, moment.day, 1, 31)


def is_week_day(part: str, moment: datetime) -> bool:
    names = dict(zip(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], "1234567", strict=True))
    for name, number in names.items():
        part = part.replace(name, number)
    weekday = moment.isoweekday() % 7 + 1
    if part == "L":
        return weekday == 7
    if part.endswith("L"):
        return weekday == int(part[:-1]) and (moment + timedelta(days=7)).month != moment.month
    if "#" in part:
        day, count = map(int, part.split("#"))
        return weekday == day and (moment.day - 1) // 7 + 1 == count
    return among(part, weekday, 1, 7)
