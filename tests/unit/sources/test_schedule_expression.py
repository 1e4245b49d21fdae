"""rate, cron and at: when they are next due, as AWS documents it, over changes of the clock too."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from emulator.errors import InvalidScheduleError
from emulator.sources.schedule_expression import parse_schedule

ZONE_UTC, NEW_YORK = ZoneInfo("UTC"), ZoneInfo("America/New_York")


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def following(expression: str, after: str, count: int = 1, zone: ZoneInfo = ZONE_UTC, since: str = "") -> list[str]:
    """The next `count` times after a moment of UTC, as text of UTC."""
    parsed = parse_schedule(expression, zone, scheduler=True)
    times: list[str] = []
    moment = seconds(after)
    for _ in range(count):
        found = parsed.next_after(moment, seconds(since or after))
        if found is None:
            break
        times.append(datetime.fromtimestamp(found, UTC).strftime("%Y-%m-%d %H:%M"))
        moment = found
    return times


# The examples of https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html and
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html. 2022-01-01 is a Saturday.
@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("cron(0 10 * * ? *)", "2022-01-01 10:00", ["2022-01-02 10:00", "2022-01-03 10:00"]),
        ("cron(15 12 * * ? *)", "2022-01-01 10:00", ["2022-01-01 12:15", "2022-01-02 12:15"]),
        ("cron(0 18 ? * MON-FRI *)", "2022-01-01 00:00", ["2022-01-03 18:00", "2022-01-04 18:00"]),
        ("cron(0 8 1 * ? *)", "2022-01-01 08:00", ["2022-02-01 08:00", "2022-03-01 08:00"]),
        ("cron(0/15 * * * ? *)", "2022-01-01 23:44:59", ["2022-01-01 23:45", "2022-01-02 00:00"]),
        ("cron(0/10 * ? * MON-FRI *)", "2022-01-07 23:45", ["2022-01-07 23:50", "2022-01-10 00:00"]),
        ("cron(0/5 8-17 ? * MON-FRI *)", "2022-01-03 17:50", ["2022-01-03 17:55", "2022-01-04 08:00"]),
        (
            "cron(0/30 20-2 ? * MON-FRI *)",
            "2022-01-01 00:00",
            [
                "2022-01-03 00:00",
                "2022-01-03 00:30",
                "2022-01-03 01:00",
                "2022-01-03 01:30",
                "2022-01-03 02:00",
                "2022-01-03 02:30",
                "2022-01-03 20:00",
            ],
        ),
        (
            "cron(15 10 ? * 6L 2022-2023)",
            "2022-11-01 00:00",
            ["2022-11-25 10:15", "2022-12-30 10:15", "2023-01-27 10:15"],
        ),
        ("cron(15 10 ? * 6L 2022-2023)", "2023-12-29 10:15", []),
        ("cron(0 9 ? * 2#1 *)", "2022-01-01 00:00", ["2022-01-03 09:00", "2022-02-07 09:00"]),
        ("cron(0 12 ? * 3#2 *)", "2022-01-01 00:00", ["2022-01-11 12:00", "2022-02-08 12:00"]),
        ("cron(0 12 L * ? *)", "2024-02-01 00:00", ["2024-02-29 12:00", "2024-03-31 12:00"]),
        ("cron(0 0 1 JAN,jul ? *)", "2022-01-01 00:00", ["2022-07-01 00:00", "2023-01-01 00:00"]),
        ("cron(1/10 5 ? * L *)", "2022-01-01 05:45", ["2022-01-01 05:51", "2022-01-08 05:01"]),
        # The weekday nearest to the third, first and last: never in another month.
        ("cron(0 0 3W 7,9 ? 2022)", "2022-01-01 00:00", ["2022-07-04 00:00", "2022-09-02 00:00"]),
        ("cron(0 0 1W 1,5 ? 2022)", "2022-01-01 00:00", ["2022-01-03 00:00", "2022-05-02 00:00"]),
        ("cron(0 0 31W 7,12 ? 2022)", "2022-01-01 00:00", ["2022-07-29 00:00", "2022-12-30 00:00"]),
        ("cron(0 0 29 2 ? *)", "2022-01-01 00:00", ["2024-02-29 00:00", "2028-02-29 00:00"]),
        ("cron(0 0 ? * MON#5 *)", "2022-02-01 00:00", ["2022-05-30 00:00", "2022-08-29 00:00"]),
        ("cron(0 0 30 2 ? *)", "2022-01-01 00:00", []),
        ("cron(0 0/6 1-7/2 * ? 2030/5)", "2022-01-01 00:00", ["2030-01-01 00:00", "2030-01-01 06:00"]),
    ],
)
def test_cron_is_due_when_aws_says(expression: str, after: str, expected: list[str]) -> None:
    assert following(expression, after, max(1, len(expected))) == expected


def test_local_time_that_the_clocks_skip_is_left_out() -> None:
    # Clocks in New York went from 01:59 to 03:00 on 2022-03-13.
    assert following("cron(30 2 * * ? *)", "2022-03-12 08:00", 1, NEW_YORK) == ["2022-03-14 06:30"]


def test_local_time_that_the_clocks_repeat_counts_once() -> None:
    # Clocks in New York went from 01:59 back to 01:00 on 2022-11-06.
    expected = ["2022-11-06 05:30", "2022-11-07 06:30"]
    assert following("cron(30 1 * * ? *)", "2022-11-06 00:00", 2, NEW_YORK) == expected


def test_cron_in_a_time_zone_keeps_its_local_time_over_the_year() -> None:
    assert following("cron(0 8 15 1,7 ? *)", "2022-01-01 00:00", 2, NEW_YORK) == [
        "2022-01-15 13:00",
        "2022-07-15 12:00",
    ]


def test_time_zones_with_half_hours_are_honoured() -> None:
    assert following("cron(0 8 * * ? *)", "2022-01-01 00:00", 1, ZoneInfo("Asia/Kolkata")) == ["2022-01-01 02:30"]


def test_rate_of_days_counts_24_hours_when_the_clocks_change() -> None:
    expected = ["2022-11-06 04:00", "2022-11-07 04:00"]
    assert following("rate(1 day)", "2022-11-06 03:00", 2, NEW_YORK, since="2022-11-05 04:00") == expected


def test_rate_counts_from_the_beginning_not_from_the_question() -> None:
    assert following("rate(5 minutes)", "2022-01-01 01:03", 2, since="2022-01-01 00:01") == [
        "2022-01-01 01:06",
        "2022-01-01 01:11",
    ]


@pytest.mark.parametrize(("scheduler", "first"), [(True, 1000.0), (False, 1300.0)])
def test_scheduler_fires_a_rate_at_once_and_a_rule_after_one_interval(scheduler: bool, first: float) -> None:
    assert parse_schedule("rate(5 minutes)", ZONE_UTC, scheduler=scheduler).next_after(999, 1000) == first


def test_at_is_one_local_time() -> None:
    assert following("at(2022-07-01T09:30:00)", "2022-01-01 00:00", 5, NEW_YORK) == ["2022-07-01 13:30"]
    assert following("at(2022-07-01T09:30:00)", "2022-07-01 13:30", 1, NEW_YORK) == []


@pytest.mark.parametrize(
    "text",
    [
        "rate(1 minutes)",
        "rate(2 minute)",
        "rate(1 hours)",
        "rate(2 days )",
        "rate(10 seconds)",
        "rate(0 minutes)",
        "rate(-10 minutes)",
        "rate(1.5 hours)",
        "rate()",
        " rate(10 minutes)",
        "Rate(10 minutes)",
        "at(2022-01-01T00:00:00)",
        "cron(0 1 * * * *)",
        "cron(0 1 ? * ? *)",
        "cron(7 20 * * NOT *)",
        "cron(INVALID)",
        "cron(0 dummy ? * MON-FRI *)",
        "cron(71 8 1 * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 8 0 * ? *)",
        "cron(0 8 32W * ? *)",
        "cron(0 8 1 13 ? *)",
        "cron(0 8 ? * 8 *)",
        "cron(0 8 ? * 2/2 *)",
        "cron(0 8 ? * 3#6 *)",
        "cron(0 8 ? * 3#1,6#3 *)",
        "cron(0 8 1 * ? 1969)",
        "cron(0 8 1 * ?)",
        "cron(*/0 8 1 * ? *)",
        "cron(, 8 1 * ? *)",
        "cron(5- 8 1 * ? *)",
        "every day",
        "",
    ],
)
def test_what_a_rule_would_refuse_is_refused(text: str) -> None:
    with pytest.raises(InvalidScheduleError):
        parse_schedule(text, ZONE_UTC, scheduler=False)


@pytest.mark.parametrize(
    "text", ["at(2022-13-01T00:00:00)", "at(2022-01-01)", "at(2022-01-01T00:00:00Z)", "at(tomorrow)"]
)
def test_times_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InvalidScheduleError):
        parse_schedule(text, ZONE_UTC, scheduler=True)
