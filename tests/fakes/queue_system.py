"""Sources of one stack with one queue mapping, on fakes and a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from emulator.model import Function
from emulator.sources import Ports, Sources
from tests.fakes.destinations import FakeDestinations
from tests.fakes.moved_clock import MovedClock
from tests.fakes.queues import FakeQueues
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import function, queue_trigger, stack
from tests.fakes.streams import FakeStreams
from tests.fakes.waiting import wait_for

VISIBILITY_S = 30


class QueueSystem:
    """The queue is called `name`; what its function was handed is in `bodies`."""

    def __init__(self, state: Path, name: str = "work") -> None:
        self._state, self._name = state, name
        self.clock = MovedClock()
        self.queues = FakeQueues(self.clock)
        self.invoker = ScriptedInvoker()
        self.reports: list[str] = []
        self.url = self.queues.ensure(name, {"VisibilityTimeout": str(VISIBILITY_S)})
        self.running: list[Sources] = []

    def start(self, worker: Function | None = None, **values: Any) -> Sources:
        ports = Ports(FakeStreams(), self.queues, FakeDestinations(), self.reports.append)
        here = stack(queue_trigger(self._name, **values), functions=[worker or function()])
        sources = Sources(here, self.invoker, ports, self.clock, self._state)
        self.running.append(sources)
        sources.start()
        return sources

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.queues.send(self.url, body)

    @property
    def batches(self) -> list[list[str]]:
        """Bodies of each batch the function was handed."""
        return [[record["body"] for record in event["Records"]] for event in list(self.invoker.events)]

    @property
    def bodies(self) -> list[str]:
        return [body for batch in self.batches for body in batch]

    @property
    def receive_counts(self) -> list[str]:
        events = list(self.invoker.events)
        return [record["attributes"]["ApproximateReceiveCount"] for event in events for record in event["Records"]]

    def left(self) -> list[str]:
        """What the queue still holds, visible or not."""
        return self.queues.bodies(self.url)

    def eventually(self, condition: Callable[[], Any]) -> None:
        assert wait_for(condition, within_s=5.0), (self.batches, self.left(), self.reports)

    def pass_visibility_timeout(self) -> None:
        self.clock.move(VISIBILITY_S)

    def stop(self, timeout_s: float = 5.0) -> bool:
        """False when something was left running."""
        self.queues.patient = False
        results = [sources.stop(timeout_s) for sources in self.running]
        return all(results)
