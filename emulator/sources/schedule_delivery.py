"""Brings one firing of a schedule to its target: a function of the stack through its queue, others outside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.errors import BackendError
from emulator.model import AsyncInvoker, Function, Schedule
from emulator.payloads import scheduled_event
from emulator.payloads.scheduled_event import Exhausted, Firing
from emulator.payloads.target_input import RuleContext, target_payload
from emulator.sources.identity import Identity
from emulator.sources.ports import DestinationClient, ScheduleTargets


@dataclass(frozen=True, slots=True)
class ScheduleDelivery:
    """`functions` by logical id."""

    account_id: str
    region: str
    functions: Mapping[str, Function]
    queue: AsyncInvoker
    targets: ScheduleTargets
    dead_letters: DestinationClient
    identity: Identity

    def firing(self, schedule: Schedule, scheduled_s: float, attempt: int) -> Firing:
        execution_id = self.identity.request_id().replace("-", "")[:16]
        return Firing(schedule.arn, self.account_id, self.region, scheduled_s, execution_id, attempt)

    def deliver(self, schedule: Schedule, firing: Firing) -> None:
        """Returns once the target accepted it; raises BackendError when it did not."""
        body = payload(schedule, firing)
        if schedule.function is None:
            self.targets.send(schedule.target_arn, body, schedule.target_parameters)
        else:
            function = self.functions[schedule.function]
            self.queue.submit(function, body.encode(), self.identity.request_id(), self.identity.trace_id())

    def bury(self, schedule: Schedule, firing: Firing, error: BackendError, exhausted: Exhausted | None) -> None:
        """Send what could not be delivered to the dead-letter queue, where there is one; raises BackendError."""
        if schedule.dead_letter_arn is None:
            return
        code, _, message = error.found.partition(": ")
        of_kind = scheduled_event.rule_dead_letter if schedule.kind == "rule" else scheduled_event.scheduler_dead_letter
        attributes = of_kind(firing, schedule.target_arn, (code or "InternalError", message or error.what), exhausted)
        self.dead_letters.send(schedule.dead_letter_arn, payload(schedule, firing), attributes)


def payload(schedule: Schedule, firing: Firing) -> str:
    """What the target gets, as text."""
    if schedule.kind == "scheduler":
        if schedule.input.input is not None:
            return scheduled_event.with_context(schedule.input.input, firing)
        return json.dumps(scheduled_event.scheduler_event(firing))
    context = RuleContext(schedule.arn, schedule.name, firing.scheduled_s)
    return target_payload(schedule.input, scheduled_event.rule_event(firing), context)
