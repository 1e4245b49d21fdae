"""Hands one batch of SQS messages to the function and says which of them are done.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emulator.errors import TerrariumError
from emulator.model import Clock, Function, Invocation, Invoker, Outcome, Trigger
from emulator.payloads import sqs_event
from emulator.sources.back_off import back_off_s
from emulator.sources.batch_response import failed_identifiers
from emulator.sources.identity import Identity
from emulator.sources.pause import Pause
from emulator.sources.queue_batch import Received, payloads
from emulator.sources.queue_scale import QueueScale

FIRST_RETRY_S = 0.1
LONGEST_RETRY_S = 5.0


@dataclass(frozen=True, slots=True)
class Delivered:
    """`done` may be deleted, `untouched` never reached the function; what is in neither of them failed."""

    done: Sequence[Received] = ()
    untouched: Sequence[Received] = ()


@dataclass(frozen=True, slots=True)
class QueueDelivery:
    """Invokes; deletes nothing."""

    trigger: Trigger
    function: Function
    invoker: Invoker
    identity: Identity
    scale: QueueScale
    clock: Clock
    pause: Pause
    report: Callable[[str], None]

    def deliver(self, batch: Sequence[Received]) -> Delivered:
        """Returns when the function has answered, or could not be reached before the messages are visible again."""
        done: list[Received] = []
        parts = payloads(batch)
        for index, part in enumerate(parts):
            outcome = self._invoke(part)
            succeeded = self._succeeded(outcome, part) if outcome is not None else []
            done += succeeded
            # In a FIFO queue nothing that comes later may overtake what failed.
            if outcome is None or (part[0].group is not None and len(succeeded) < len(part)):
                first = index if outcome is None else index + 1
                return Delivered(done, [item for later in parts[first:] for item in later])
        return Delivered(done)

    def _invoke(self, part: Sequence[Received]) -> Outcome | None:
        """None when the function was not reached: a throttled batch is tried again until its messages are visible."""
        payload = sqs_event.event(item.record for item in part)
        invocation = Invocation(
            self.function, payload, self.identity.request_id(), self.identity.trace_id(), self.trigger.kind
        )
        until = min(item.visible_at for item in part)
        tries = 0
        while True:
            outcome = self._try(invocation, tries)
            if outcome is not None and outcome.kind != "throttled":
                return outcome
            self.scale.hindered()
            wait_s = back_off_s(tries, FIRST_RETRY_S, LONGEST_RETRY_S)
            if self.clock.monotonic() + wait_s >= until or not self.pause.sleep(wait_s):
                return None
            tries += 1

    def _try(self, invocation: Invocation, tries: int) -> Outcome | None:
        """None when the fault is ours, said once a batch: it did not reach the function."""
        try:
            return self.invoker.invoke(invocation)
        except TerrariumError as error:
            if tries == 0:
                self.report(f"{self.trigger.logical_id}: {self.function.logical_id} could not be invoked: {error}")
            return None

    def _succeeded(self, outcome: Outcome, part: Sequence[Received]) -> list[Received]:
        if outcome.failed:
            self.scale.hindered()
            return []
        if not self.trigger.report_batch_item_failures:
            return list(part)
        failed = failed_identifiers(outcome.payload, [item.id for item in part])
        return [item for item in part if item.id not in failed]
