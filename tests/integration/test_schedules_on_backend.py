"""Schedules of a stack on a real backend: fired by a moved clock, stored durably, delivered after a restart."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from emulator.cloud import Clients, DestinationClient, QueueClient, ScheduleTargets, StreamReader
from emulator.model import Function, Place, Schedule, Stack, TargetInput
from emulator.sources import Ports, Sources
from tests.fakes.moved_clock import MovedClock
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import function
from tests.fakes.waiting import wait_for


class Application:
    """A function Worker and a queue, each the target of a schedule that is due every minute."""

    def __init__(self, clients: Clients, state: Path) -> None:
        self._clients, self._state, self.clock = clients, state, MovedClock()
        self.name = f"t{uuid.uuid4().hex[:10]}"
        self.queue = clients.get("sqs").create_queue(QueueName=f"{self.name}-target")["QueueUrl"]
        self.events: list[Any] = []

    def started(self) -> Sources:
        ports = Ports(
            StreamReader(self._clients),
            QueueClient(self._clients),
            DestinationClient(self._clients),
            print,
            schedule_targets=ScheduleTargets(self._clients),
        )
        worker = function()
        stack = Stack(
            self.name,
            Path("template.yaml"),
            "us-east-1",
            "000000000000",
            {"Worker": worker},
            schedules=(self._schedule("Call", worker), self._schedule("Message", None)),
        )
        sources = Sources(stack, ScriptedInvoker(self.events.append), ports, self.clock, self._state)
        sources.start()
        return sources

    def messages(self) -> list[str]:
        answer = self._clients.get("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", [])]

    def _schedule(self, logical_id: str, target: Function | None) -> Schedule:
        queue = f"arn:aws:sqs:us-east-1:000000000000:{self.name}-target"
        return Schedule(
            logical_id=logical_id,
            name=f"{self.name}-{logical_id}",
            kind="rule",
            expression="rate(1 minute)",
            target_arn=target.arn if target else queue,
            place=Place("template.yaml", 1),
            arn=f"arn:aws:events:us-east-1:000000000000:rule/{logical_id}",
            function=target.logical_id if target else None,
            input=TargetInput() if target else TargetInput('{"from": "rule"}'),
        )


def test_schedules_call_functions_and_other_targets(clients: Clients, tmp_path: Path) -> None:
    application = Application(clients, tmp_path)
    sources = application.started()

    application.clock.move(60)

    assert wait_for(lambda: application.events)[0]["detail-type"] == "Scheduled Event"
    assert [json.loads(body) for body in wait_for(application.messages)] == [{"from": "rule"}]
    assert sources.stop()


def test_firing_that_was_accepted_before_the_end_is_handled_after_the_next_start(
    clients: Clients, tmp_path: Path
) -> None:
    application = Application(clients, tmp_path)
    sources = application.started()
    assert sources.stop()
    assert len(sources.schedules.trigger("Call")) == 1

    sources = application.started()

    assert wait_for(lambda: application.events)[0]["resources"] == ["arn:aws:events:us-east-1:000000000000:rule/Call"]
    assert sources.stop()
