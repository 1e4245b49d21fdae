"""Runs the schedules of a stack: one thread that waits until the next is due, whatever their number.

A time that passed while Terrarium was not running is not made up for, unless it is at most a minute ago or the
schedule's only one: it then fires late. So does what was due while the machine slept, once.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Mapping

from emulator.errors import BackendError, BackendRefusedError, BackendUnavailableError, InvalidScheduleError
from emulator.model import Clock, Schedule
from emulator.payloads.scheduled_event import Exhausted, Firing
from emulator.sources.back_off import back_off_s
from emulator.sources.pause import Pause
from emulator.sources.schedule_delivery import ScheduleDelivery, payload
from emulator.sources.schedule_ledger import Pending, Plan, ScheduleLedger
from emulator.sources.timetable import Timetable, timetable

LATE_S = 60.0
"""AWS's schedules are precise to a minute, so that long after its time a firing still counts as in time."""
LOOK_S = 30.0
"""The longest wait: the clock may have been set, or the machine have slept."""
MOST_BACKOFF_S = 300.0


class Schedules:
    """Raises InvalidScheduleError at once for a schedule that cannot run. `draw` gives numbers from 0 to below 1."""

    def __init__(
        self,
        name: str,
        schedules: tuple[Schedule, ...],
        delivery: ScheduleDelivery,
        ledger: ScheduleLedger,
        clock: Clock,
        report: Callable[[str], None],
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._name, self._delivery, self._ledger = name, delivery, ledger
        self._clock, self._report, self._draw = clock, report, draw
        self._schedules = {f"{one.logical_id}/{one.target_id}": one for one in schedules}
        self._timetables: Mapping[str, Timetable] = {key: timetable(one) for key, one in self._schedules.items()}
        for one in schedules:
            self._check_payload(one)
        self._plans: dict[str, Plan] = {}
        self._pause = Pause(clock)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Take up the plans of the last run, then wait for what is due."""
        self.plan()
        if not self._schedules:
            return
        self._thread = threading.Thread(target=self._serve, name=f"{self._name}-schedules", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """What could not be delivered yet is kept for the next start."""
        self._pause.stop()
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def upcoming(self) -> tuple[tuple[Schedule, float | None], ...]:
        """Every schedule and the epoch seconds at which it fires next; None for one that is disabled or done."""
        due = {key: plan.due_s for key, plan in list(self._plans.items())}
        return tuple((one, due.get(key) if one.enabled else None) for key, one in self._schedules.items())

    def trigger(self, name: str) -> tuple[Schedule, ...]:
        """Fire now what has this logical id or name, disabled or not; what fired, none when there is no such schedule.

        Raises BackendError when a target did not accept it.
        """
        chosen = tuple(one for one in self._schedules.values() if name in (one.logical_id, one.name))
        now = self._clock.now()
        for schedule in chosen:
            self._delivery.deliver(schedule, self._delivery.firing(schedule, now, 1))
        return chosen

    def plan(self) -> None:
        """Find out what is due next: what the ledger knows, unless the schedule is new, changed or long overdue."""
        now = self._clock.now()
        self._ledger.forget_others(self._schedules)
        for key, schedule in self._schedules.items():
            known, times = self._ledger.plan(key), self._timetables[key]
            if known is None or known.timetable != times.text:
                # A moment earlier, so that a rate of Scheduler's begins with its creation.
                self._plan_next(key, now - 0.001, now)
                continue
            overdue = known.due_s is not None and known.due_s < now - LATE_S
            if overdue and not (schedule.enabled and times.expression.once):
                self._plan_next(key, now - LATE_S, known.created_s)
            else:
                self._plans[key] = known

    def look(self) -> float:
        """Fire what is due and try again what failed; seconds until there is something to do."""
        now = self._clock.now()
        for key, plan in list(self._plans.items()):
            if plan.scheduled_s is not None and plan.due_s is not None and plan.due_s <= now:
                self._begin(key, plan.scheduled_s, now)
                last = max(plan.scheduled_s, now - LATE_S - self._timetables[key].window_s)
                self._plan_next(key, last, plan.created_s)
        for pending in self._ledger.pending():
            if pending.due_s <= now:
                self._attempt(pending, now)
        due = [plan.due_s for plan in self._plans.values() if plan.due_s is not None]
        due += [pending.due_s for pending in self._ledger.pending()]
        return max(0.0, min([*due, now + LOOK_S]) - self._clock.now())

    def _plan_next(self, key: str, after_s: float, created_s: float) -> None:
        times = self._timetables[key]
        scheduled = times.next_after(after_s, created_s)
        due = None if scheduled is None else scheduled + self._draw() * times.window_s
        plan = Plan(times.text, created_s, scheduled, due)
        self._ledger.remember(key, plan)
        self._plans[key] = plan

    def _begin(self, key: str, scheduled_s: float, now: float) -> None:
        """The firing is safe before the next one is planned: a killed process repeats it, and loses none."""
        if self._schedules[key].enabled:
            self._ledger.keep(Pending(key, scheduled_s, now, 0, now))

    def _attempt(self, pending: Pending, now: float) -> None:
        schedule = self._schedules[pending.schedule]
        firing = self._delivery.firing(schedule, pending.scheduled_s, pending.attempts + 1)
        try:
            self._delivery.deliver(schedule, firing)
        except BackendError as error:
            if not self._given_up(schedule, pending, firing, error, now):
                self._later(pending, now)
                return
        self._ledger.drop(pending)
        self._finish(pending.schedule, schedule)

    def _given_up(self, schedule: Schedule, pending: Pending, firing: Firing, error: BackendError, now: float) -> bool:
        """False when it is to be tried again. A dead-letter queue that refuses changes nothing, as on AWS."""
        exhausted = _exhausted(schedule, pending, now)
        if exhausted is None and not isinstance(error, BackendRefusedError):
            return False
        try:
            self._delivery.bury(schedule, firing, error, exhausted)
        except BackendUnavailableError:
            return False
        except BackendRefusedError as refusal:
            self._report(f"Schedule {schedule.logical_id}: {refusal.sentence()}")
        self._report(f"Schedule {schedule.logical_id} did not reach its target: {error.sentence()}")
        return True

    def _later(self, pending: Pending, now: float) -> None:
        wait_s = back_off_s(pending.attempts, 1.0, MOST_BACKOFF_S)
        self._ledger.keep(
            Pending(pending.schedule, pending.scheduled_s, pending.began_s, pending.attempts + 1, now + wait_s)
        )

    def _finish(self, key: str, schedule: Schedule) -> None:
        """ActionAfterCompletion. https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-delete.html"""
        if schedule.delete_when_done and self._plans[key].scheduled_s is None:
            self._delivery.targets.forget(schedule.name, schedule.group)

    def _serve(self) -> None:
        wait_s = 0.0
        while self._pause.wait(wait_s):
            try:
                wait_s = self.look()
            except Exception as error:  # noqa: BLE001  (said, and tried again: schedules never just end)
                self._report(f"Schedules of {self._name} wait: {error}")
                wait_s = LOOK_S

    def _check_payload(self, schedule: Schedule) -> None:
        """A function takes JSON only."""
        if schedule.function is None:
            return
        body = payload(schedule, self._delivery.firing(schedule, 0.0, 1))
        try:
            json.loads(body)
        except ValueError:
            raise InvalidScheduleError(
                f"Schedule {schedule.logical_id}: the Input for a function must be JSON",
                where=str(schedule.place),
                found=body[:60],
                fix='Write JSON text: \'{"key": "value"}\', or \'"text"\' for text.',
            ) from None


def _exhausted(schedule: Schedule, pending: Pending, now: float) -> Exhausted | None:
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html"""
    if pending.attempts >= schedule.max_retries:
        return "MaximumRetryAttempts"
    return "MaximumEventAgeInSeconds" if now - pending.began_s >= schedule.max_age_s else None
