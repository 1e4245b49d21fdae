"""Schedules on a moved clock: when they fire, what they send, what a restart and a failing target change."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from emulator.errors import BackendUnavailableError, InvalidScheduleError
from emulator.model import Function, Schedule, TargetInput
from emulator.sources.identity import Identity
from emulator.sources.schedule_delivery import ScheduleDelivery
from emulator.sources.schedule_ledger import ScheduleLedger
from emulator.sources.schedules import Schedules
from emulator.sources.store import Store
from tests.fakes.destinations import FakeDestinations
from tests.fakes.moved_clock import MovedClock
from tests.fakes.schedule_targets import FakeScheduleTargets
from tests.fakes.stacks import PLACE, function
from tests.fakes.waiting import wait_for

NOON = datetime(2022, 6, 1, 12, tzinfo=UTC).timestamp()
QUEUE, DEAD = "arn:aws:sqs:us-east-1:000000000000:target", "arn:aws:sqs:us-east-1:000000000000:dead"
RULE_ARN = "arn:aws:events:us-east-1:000000000000:rule/tick"
SCHEDULE_ARN = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/tick"


class DeadLetters(FakeDestinations):
    """While `away`, nobody answers."""

    away = False

    def send(self, arn: str, body: str, attributes: Mapping[str, str]) -> None:
        if self.away:
            raise BackendUnavailableError("The backend does not answer")
        super().send(arn, body, attributes)


class Accepted:
    """An AsyncInvoker that remembers events."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def submit(self, function: Function, payload: bytes, request_id: str, trace_id: str) -> None:
        self.events.append(json.loads(payload))


def rule(expression: str, **values: Any) -> Schedule:
    return of_kind("rule", expression, {"arn": RULE_ARN, "function": "Worker", **values})


def scheduler(expression: str, **values: Any) -> Schedule:
    return of_kind("scheduler", expression, {"arn": SCHEDULE_ARN, "function": "Worker", **values})


def of_kind(kind: Any, expression: str, values: dict[str, Any]) -> Schedule:
    fields = {"logical_id": "Tick", "name": "demo-Tick", "target_arn": QUEUE, "place": PLACE, **values}
    return Schedule(kind=kind, expression=expression, **fields)


class Bench:
    """Schedules that begin at noon of 1 June 2022. `at` moves the clock to so many seconds later and looks."""

    def __init__(self, state: Path, *schedules: Schedule, draw: float = 0.0) -> None:
        self.clock = MovedClock(NOON)
        self.functions, self.targets, self.dead = Accepted(), FakeScheduleTargets(), DeadLetters()
        self.reports: list[str] = []
        self._state, self._draw = state, draw
        self.restart(*schedules)

    def restart(self, *schedules: Schedule) -> None:
        """A new process with the same state; the old one just is no more."""
        numbers = iter(range(1, 100_000))
        identity = Identity(self.clock, lambda: uuid.UUID(int=next(numbers) << 64))
        delivery = ScheduleDelivery(
            "000000000000", "us-east-1", {"Worker": function()}, self.functions, self.targets, self.dead, identity
        )
        ledger = ScheduleLedger(Store(self._state / "schedules.sqlite"))
        self.schedules = Schedules(
            "demo", schedules, delivery, ledger, self.clock, self.reports.append, lambda: self._draw
        )
        self.schedules.plan()
        self.schedules.look()

    def at(self, *seconds: float) -> list[int]:
        """How many firings of the function were accepted after each of these moments."""
        counts = []
        for moment in seconds:
            self.clock.move(NOON + moment - self.clock.now())
            self.schedules.look()
            counts.append(len(self.functions.events))
        return counts

    @property
    def times(self) -> list[str]:
        return [event["time"][11:19] for event in self.functions.events]


def test_rule_fires_after_each_interval_from_its_creation_on(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(5 minutes)"))
    assert bench.at(0, 299, 300, 301, 599, 600) == [0, 0, 1, 1, 1, 2]
    assert bench.times == ["12:05:00", "12:10:00"]


def test_rate_goes_on_counting_from_its_creation_after_a_restart(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(5 minutes)"))
    bench.at(200)
    bench.restart(rule("rate(5 minutes)"))
    assert bench.at(299, 300) == [0, 1]


def test_schedule_that_left_the_template_and_returns_begins_anew(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(5 minutes)"))
    bench.at(100)
    bench.restart()
    bench.at(200)
    bench.restart(rule("rate(5 minutes)"))
    assert bench.at(300, 499, 500) == [0, 0, 1]


def test_changed_expression_begins_anew(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(5 minutes)"))
    bench.at(200)
    bench.restart(rule("rate(4 minutes)"))
    assert bench.at(300, 439, 440) == [0, 0, 1]


def test_times_missed_while_nothing_ran_are_not_made_up_for(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(5 minutes)"))
    bench.clock.move(3 * 3600 + 100)
    bench.restart(rule("rate(5 minutes)"))
    assert bench.at(3 * 3600 + 299, 3 * 3600 + 300) == [0, 1]


def test_time_that_passed_in_a_quick_restart_is_made_up_for(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(5 minutes)"))
    bench.clock.move(330)
    bench.restart(rule("rate(5 minutes)"))
    assert bench.times == ["12:05:00"]


def test_only_time_of_a_schedule_fires_late_after_a_restart(tmp_path: Path) -> None:
    once = scheduler("at(2022-06-01T12:30:00)")
    bench = Bench(tmp_path, once)
    bench.clock.move(86_400)
    bench.restart(once)
    bench.restart(once)
    assert bench.times == ["12:30:00"]


def test_what_was_due_while_the_machine_slept_fires_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(5 minutes)"))
    assert bench.at(9 * 3600 + 150, 9 * 3600 + 299, 9 * 3600 + 300) == [1, 1, 2]


def test_one_time_in_the_past_never_fires(tmp_path: Path) -> None:
    assert Bench(tmp_path, scheduler("at(2022-06-01T11:59:59)")).at(0, 3600) == [0, 0]


def test_disabled_schedule_does_not_fire_and_does_not_catch_up(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(5 minutes)", enabled=False))
    assert bench.at(300, 1000) == [0, 0]
    assert bench.schedules.upcoming()[0][1] is None
    bench.restart(rule("rate(5 minutes)"))
    assert bench.at(1199, 1200) == [0, 1]


def test_schedulers_rate_fires_at_once_or_at_its_start_date(tmp_path: Path) -> None:
    assert Bench(tmp_path / "a", scheduler("rate(1 hours)")).at(0, 3599, 3600) == [1, 1, 2]
    later = scheduler("rate(1 hour)", starts="2022-06-01T12:10:00Z", ends="2022-06-01T14:10:00Z")
    assert Bench(tmp_path / "b", later).at(599, 600, 4200, 7800, 20_000) == [0, 1, 2, 2, 2]


def test_flexible_window_delays_each_firing_by_a_part_of_it(tmp_path: Path) -> None:
    flexible = scheduler("cron(0 13 * * ? *)", flexible_window_minutes=10)
    bench = Bench(tmp_path, flexible, draw=0.5)
    assert bench.at(3600, 3600 + 299, 3600 + 300) == [0, 0, 1]
    assert bench.times == ["13:00:00"]


def test_flexible_delay_survives_a_restart(tmp_path: Path) -> None:
    flexible = scheduler("cron(0 13 * * ? *)", flexible_window_minutes=10)
    bench = Bench(tmp_path, flexible, draw=0.5)
    bench.at(3600)
    bench.restart(flexible)
    assert bench.at(3899, 3900) == [0, 1]


def test_time_zone_of_scheduler_is_honoured(tmp_path: Path) -> None:
    bench = Bench(tmp_path, scheduler("cron(0 9 * * ? *)", time_zone="America/New_York"))
    assert bench.at(3599, 3600) == [0, 1]


def test_event_of_a_rule_is_awss(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(1 minute)"), rule("rate(1 minute)", target_id="other"))
    bench.at(60)
    first, second = bench.functions.events
    assert (
        first
        == second
        == {
            "version": "0",
            "id": first["id"],
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "000000000000",
            "time": "2022-06-01T12:01:00Z",
            "region": "us-east-1",
            "resources": [RULE_ARN],
            "detail": {},
        }
    )


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (TargetInput(input='{"a": 1}'), {"a": 1}),
        (TargetInput(path="$.time"), "2022-06-01T12:01:00Z"),
        (TargetInput(template='"fired <at>"', paths={"at": "$.time"}), "fired 2022-06-01T12:01:00Z"),
        (TargetInput(template='{"rule": <aws.events.rule-arn>}'), {"rule": RULE_ARN}),
    ],
)
def test_target_of_a_rule_gets_what_its_input_makes_of_the_event(
    tmp_path: Path, wanted: TargetInput, expected: Any
) -> None:
    bench = Bench(tmp_path, rule("rate(1 minute)", input=wanted))
    bench.at(60)
    assert bench.functions.events == [expected]


def test_event_of_scheduler_without_input_is_awss(tmp_path: Path) -> None:
    (event,) = Bench(tmp_path, scheduler("rate(1 day)")).functions.events
    assert (event["source"], event["detail"]) == ("aws.scheduler", "{}")
    assert event["resources"] == [SCHEDULE_ARN]


def test_schedulers_keywords_are_replaced_in_its_input(tmp_path: Path) -> None:
    text = json.dumps(
        {name: f"<aws.scheduler.{name}>" for name in ("schedule-arn", "scheduled-time", "execution-id")}
    ).replace("}", ', "n": <aws.scheduler.attempt-number>}')
    (event,) = Bench(tmp_path, scheduler("rate(1 day)", input=TargetInput(text))).functions.events
    assert event == {
        "schedule-arn": SCHEDULE_ARN,
        "scheduled-time": "2022-06-01T12:00:00Z",
        "execution-id": event["execution-id"],
        "n": 1,
    }
    assert len(event["execution-id"]) == 16


def test_other_targets_get_the_input_as_text_with_their_parameters(tmp_path: Path) -> None:
    fifo = {"SqsParameters": {"MessageGroupId": "g"}}
    bench = Bench(tmp_path, scheduler("rate(1 day)", function=None, input=TargetInput("plain"), target_parameters=fifo))
    assert bench.targets.accepted == [(QUEUE, "plain", fifo)]


def test_target_that_does_not_answer_is_tried_again_after_a_restart_too(tmp_path: Path) -> None:
    lasting = scheduler("rate(1 day)", function=None, input=TargetInput("<aws.scheduler.attempt-number>"))
    bench = Bench(tmp_path, lasting)
    bench.targets.accepted.clear()
    bench.targets.away = True
    bench.at(86_400, 86_401, 86_402)
    bench.targets.away = False
    bench.restart(lasting)
    bench.at(86_420)
    assert [body for _, body, _ in bench.targets.accepted] == ["3"]
    assert bench.at(86_500) == [0]


@pytest.mark.parametrize(
    ("limit", "condition"),
    [({"max_retries": 1}, "MaximumRetryAttempts"), ({"max_age_s": 60}, "MaximumEventAgeInSeconds")],
)
def test_firing_that_is_given_up_goes_to_the_dead_letter_queue(
    tmp_path: Path, limit: dict[str, int], condition: str
) -> None:
    bench = Bench(
        tmp_path,
        scheduler("at(2022-06-01T12:30:00)", function=None, input=TargetInput("x"), dead_letter_arn=DEAD, **limit),
    )
    bench.targets.away = True
    bench.at(1800, 1870, 4000, 8000)
    ((arn, body, attributes),) = bench.dead.accepted
    assert (arn, body) == (DEAD, "x")
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == condition
    assert attributes["RETRY_ATTEMPTS"] == "1"
    assert attributes["SCHEDULED_TIME"] == "2022-06-01T12:30:00Z"
    assert (attributes["SCHEDULE_ARN"], attributes["TARGET_ARN"]) == (SCHEDULE_ARN, QUEUE)
    assert "did not reach its target" in bench.reports[0]


def test_target_that_refuses_is_not_tried_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(1 minute)", function=None, dead_letter_arn=DEAD))
    bench.targets.refusing.add(QUEUE)
    bench.at(60, 90)
    ((_, body, attributes),) = bench.dead.accepted
    assert json.loads(body)["source"] == "aws.events"
    assert attributes["ERROR_CODE"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert attributes["RULE_ARN"] == RULE_ARN
    assert "EXHAUSTED_RETRY_CONDITION" not in attributes


def test_dead_letter_queue_that_is_away_gets_the_firing_later(tmp_path: Path) -> None:
    bench = Bench(tmp_path, scheduler("at(2022-06-01T12:30:00)", function=None, dead_letter_arn=DEAD, max_retries=0))
    bench.targets.away = bench.dead.away = True
    bench.at(1800, 1801)
    bench.dead.away = False
    bench.at(2500)
    assert len(bench.dead.accepted) == 1


def test_dead_letter_queue_that_does_not_exist_is_said_and_nothing_is_tried_for_ever(tmp_path: Path) -> None:
    bench = Bench(tmp_path, scheduler("at(2022-06-01T12:30:00)", function=None, dead_letter_arn=DEAD))
    bench.targets.refusing.add(QUEUE)
    bench.dead.refusing.add(DEAD)
    bench.at(1800, 2500)
    assert len(bench.reports) == 2


def test_schedule_that_is_done_is_deleted_when_it_says_so(tmp_path: Path) -> None:
    bench = Bench(tmp_path, scheduler("at(2022-06-01T12:30:00)", delete_when_done=True, group="g"))
    bench.at(1799)
    assert bench.targets.forgotten == []
    bench.at(1800, 4000)
    assert bench.targets.forgotten == [("demo-Tick", "g")]


def test_trigger_fires_now_by_logical_id_or_name_and_changes_nothing_else(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(5 minutes)", enabled=False), rule("rate(5 minutes)", logical_id="Other"))
    bench.at(7)
    assert [one.logical_id for one in bench.schedules.trigger("Tick")] == ["Tick"]
    assert len(bench.schedules.trigger("demo-Tick")) == 2
    assert bench.schedules.trigger("Nobody") == ()
    assert bench.times == ["12:00:07"] * 3
    assert bench.at(299, 300) == [3, 4]


def test_look_says_how_long_to_wait(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(1 minute)"))
    assert bench.schedules.look() == 30
    bench.at(50)
    assert bench.schedules.look() == pytest.approx(10)


def test_thread_fires_when_the_clock_says_so_and_ends_when_told(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rule("rate(1 minute)"))
    bench.schedules.start()
    bench.clock.move(60)
    assert wait_for(lambda: bench.times == ["12:01:00"])
    assert bench.schedules.stop(5)


def test_schedules_that_cannot_run_are_refused_with_their_place(tmp_path: Path) -> None:
    for schedule, reason in (
        (rule("rate(5 minute)"), "rate"),
        (scheduler("rate(5 minutes)", time_zone="Mars/Base"), "time zone"),
        (scheduler("rate(5 minutes)", starts="soon"), "start or end date"),
        (rule("rate(5 minutes)", input=TargetInput("no json")), "must be JSON"),
    ):
        with pytest.raises(InvalidScheduleError, match=rf"Schedule Tick \(template.yaml:1\).*{reason}"):
            Bench(tmp_path, schedule)
