"""A delivery of stream records on fakes, and functions that fail in every way."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from emulator.sources.delivery import Delivery
from emulator.sources.discards import Discards
from emulator.sources.function_call import FunctionCall
from emulator.sources.identity import Identity
from emulator.sources.stream_item import StreamItem
from emulator.sources.tumbling_window import TumblingWindow
from tests.fakes.destinations import FakeDestinations
from tests.fakes.moved_clock import InstantPause, MovedClock
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import function, trigger


class DeliveryBench:
    """A delivery on fakes; `sequences` lists what each invocation saw, `done` what was acknowledged."""

    def __init__(
        self,
        handler: Callable[[Any], Any],
        stop_after: int = 1000,
        window: TumblingWindow | None = None,
        **values: Any,
    ) -> None:
        self.clock = MovedClock()
        self.invoker = ScriptedInvoker(handler)
        self.destinations = FakeDestinations()
        self.pause = InstantPause(self.clock, stop_after)
        self.reports: list[str] = []
        self.done: list[str] = []
        identity, mapping = Identity(self.clock), trigger(**values)
        pause: Any = self.pause
        discards = Discards(
            trigger=mapping,
            function=function(),
            mapping_id="mapping-1",
            shard_id="shard-1",
            destinations=self.destinations,
            identity=identity,
            clock=self.clock,
            pause=pause,
            report=self.reports.append,
        )
        call = FunctionCall(function(), "dynamodb", "WorkerStream", self.invoker, identity, self.reports.append)
        self.delivery = Delivery(mapping, call, discards, self.clock, pause, window)

    def deliver(self, count: int) -> bool:
        """Records 1, 2, …"""
        return self.deliver_sequences(*(str(number) for number in range(1, count + 1)))

    def deliver_sequences(self, *sequences: str) -> bool:
        items = [_item(sequence, self.clock.now()) for sequence in sequences]
        return self.delivery.deliver(items, self._done)

    def _done(self, items: Sequence[StreamItem]) -> None:
        self.done.extend(item.sequence for item in items)

    @property
    def sequences(self) -> list[str]:
        return ["".join(sequences_of(event)) for event in self.invoker.events]


def _item(sequence: str, created_s: float) -> StreamItem:
    return StreamItem(sequence, json.dumps({"dynamodb": {"SequenceNumber": sequence}}), 0, created_s, created_s)


def sequences_of(event: Any) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in event["Records"]]


def failing_on(*bad: str) -> Callable[[Any], None]:
    def handler(event: Any) -> None:
        if set(bad) & set(sequences_of(event)):
            raise ValueError("bad record")

    return handler


def failing_first(times: int) -> Callable[[Any], None]:
    left = [times]

    def handler(event: Any) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise ValueError("not yet")

    return handler


def reporting(*bad: str) -> Callable[[Any], Any]:
    def handler(event: Any) -> Any:
        return {"batchItemFailures": [{"itemIdentifier": seq} for seq in sequences_of(event) if seq in bad]}

    return handler
