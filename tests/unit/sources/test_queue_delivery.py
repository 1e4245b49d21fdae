"""One batch on its way to the function: throttles, faults of ours, back-off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.errors import RuntimeSetupError
from emulator.model import Invocation, Invoker, Outcome, QueueMessage
from emulator.sources.identity import Identity
from emulator.sources.queue_batch import Received
from emulator.sources.queue_delivery import QueueDelivery
from emulator.sources.queue_scale import QueueScale
from tests.fakes.moved_clock import InstantPause, MovedClock
from tests.fakes.scripted_invoker import ScriptedInvoker, Throttled
from tests.fakes.stacks import function, queue_trigger


class Dispatch:
    """A delivery on fakes; its messages are visible again 30 s after `clock` began."""

    def __init__(self, invoker: Invoker) -> None:
        self.clock = MovedClock()
        self.pause = instant_pause(self.clock)
        self.scale = QueueScale(100, self.clock)
        self.reports: list[str] = []
        self.batch = [Received(QueueMessage("1", "handle", "a"), b"{}", self.clock.monotonic() + 30)]
        self.delivery = QueueDelivery(
            queue_trigger(),
            function(),
            invoker,
            Identity(self.clock),
            self.scale,
            self.clock,
            self.pause,
            self.reports.append,
        )

    def deliver(self) -> tuple[list[str], list[str]]:
        """Ids of what is done, and of what never reached the function."""
        delivered = self.delivery.deliver(self.batch)
        return [item.id for item in delivered.done], [item.id for item in delivered.untouched]


def instant_pause(clock: MovedClock) -> Any:
    return InstantPause(clock)


class BrokenInvoker:
    """Cannot start the function."""

    def invoke(self, invocation: Invocation) -> Outcome:
        raise RuntimeSetupError("The interpreter is missing")


def throttled_times(times: int) -> Callable[[Any], None]:
    left = iter(range(times))

    def handler(event: Any) -> None:
        if next(left, None) is not None:
            raise Throttled

    return handler


def test_throttled_batch_is_tried_again_more_and_more_slowly() -> None:
    dispatch = Dispatch(ScriptedInvoker(throttled_times(4)))
    assert dispatch.deliver() == (["1"], [])
    assert dispatch.pause.waits == [0.1, 0.2, 0.4, 0.8]


def test_throttled_batch_is_left_before_its_messages_are_visible_again() -> None:
    dispatch = Dispatch(ScriptedInvoker(throttled_times(1_000)))
    assert dispatch.deliver() == ([], ["1"])
    assert 20 < sum(dispatch.pause.waits) < 30
    assert max(dispatch.pause.waits) == 5.0


def test_throttles_take_concurrency_back() -> None:
    dispatch = Dispatch(ScriptedInvoker(throttled_times(2)))
    dispatch.deliver()
    assert dispatch.scale.limit() == 3


def test_function_errors_take_concurrency_back_and_are_not_tried_again_here() -> None:
    invoker = ScriptedInvoker(lambda event: 1 / 0)
    dispatch = Dispatch(invoker)
    assert dispatch.deliver() == ([], [])
    assert (len(invoker.events), dispatch.scale.limit()) == (1, 4)


def test_fault_of_ours_is_said_once_and_leaves_the_messages() -> None:
    dispatch = Dispatch(BrokenInvoker())
    assert dispatch.deliver() == ([], ["1"])
    (said,) = dispatch.reports
    assert "The interpreter is missing" in said


def test_stopped_delivery_gives_up_waiting() -> None:
    dispatch = Dispatch(ScriptedInvoker(throttled_times(1_000)))
    dispatch.pause.stopped = True
    assert dispatch.deliver() == ([], ["1"])
    assert len(dispatch.pause.waits) == 1
