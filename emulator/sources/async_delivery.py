"""What becomes of one asynchronous event each time it comes out of its queue.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from emulator.errors import TerrariumError
from emulator.model import Clock, Function, Invocation, Invoker, Outcome
from emulator.payloads.destination_forms import async_object_arn, is_bucket
from emulator.payloads.destination_record import AsyncCondition, async_record, dead_letter_attributes
from emulator.sources.async_envelope import Envelope
from emulator.sources.async_ledger import History, Parcel
from emulator.sources.back_off import back_off_s
from emulator.sources.ports import DestinationClient

RETRY_AFTER_S = (60, 120)
"""One minute before the second attempt, two before the third."""
LONGEST_THROTTLE_S = 300
DESTINATION_RETRY_S = 60


@dataclass(frozen=True, slots=True)
class Settled:
    """The event is over: its message may be deleted."""


@dataclass(frozen=True, slots=True)
class Again:
    """The message stays and comes back after `delay_s`, with this history."""

    history: History
    delay_s: int


@dataclass(frozen=True, slots=True)
class AsyncDelivery:
    """Invokes, decides, and hands over to destinations. Deletes nothing."""

    invoker: Invoker
    destinations: DestinationClient
    clock: Clock
    report: Callable[[str], None]

    def handle(
        self, function: Function, envelope: Envelope, history: History, remember: Callable[[History], None]
    ) -> Settled | Again:
        """Invoke once, unless the event is too old or only its parcels are left to send.

        `remember` is told before anything is sent: from then on the function is not invoked again, even when
        this process dies.
        """
        if history.parcels is None:
            decided = self._invoke(function, envelope, history)
            if isinstance(decided, Again):
                return decided
            history = decided
            if history.parcels:
                remember(history)
        return self.send(function, history)

    def _invoke(self, function: Function, envelope: Envelope, history: History) -> History | Again:
        """A history with parcels when the event is over."""
        if self._age_s(envelope) > function.async_config.max_age_s:
            return self._given_up("EventAgeExceeded", function, envelope, history, None)
        invocation = Invocation(function, envelope.payload, envelope.request_id, envelope.trace_id, envelope.trigger)
        try:
            outcome = self.invoker.invoke(invocation)
        except TerrariumError as error:
            # The fault is ours and counts for nothing.
            self.report(f"{function.logical_id} cannot be invoked, its asynchronous event waits: {error}")
            return Again(history, RETRY_AFTER_S[0])
        if outcome.kind == "throttled":
            return self._throttled(function, envelope, history)
        if outcome.failed:
            return self._failed(function, envelope, replace(history, failures=history.failures + 1), outcome)
        return self._succeeded(function, envelope, history, outcome)

    def _succeeded(self, function: Function, envelope: Envelope, history: History, outcome: Outcome) -> History:
        arn = function.async_config.on_success
        if arn is None:
            return replace(history, parcels=())
        body = self._record("Success", function, envelope, history.failures + 1, outcome)
        return replace(history, parcels=(Parcel(arn, body, {}),))

    def _failed(self, function: Function, envelope: Envelope, history: History, outcome: Outcome) -> History | Again:
        if history.failures > function.async_config.max_retries:
            return self._given_up("RetriesExhausted", function, envelope, history, outcome)
        delay_s = RETRY_AFTER_S[min(history.failures, len(RETRY_AFTER_S)) - 1]
        return self._delayed(function, envelope, history, outcome, delay_s)

    def _throttled(self, function: Function, envelope: Envelope, history: History) -> History | Again:
        """Throttles do not count as attempts: 1 s, 2 s, … up to 5 minutes, until the event is too old."""
        if function.reserved_concurrency == 0:
            return self._given_up("ZeroReservedConcurrency", function, envelope, history, None)
        delay_s = int(back_off_s(history.throttles, 1, LONGEST_THROTTLE_S))
        later = replace(history, throttles=history.throttles + 1)
        return self._delayed(function, envelope, later, None, delay_s)

    def _delayed(
        self, function: Function, envelope: Envelope, history: History, outcome: Outcome | None, delay_s: int
    ) -> History | Again:
        # Lambda looks ahead: an event that would be too old at its next attempt is given up now.
        if self._age_s(envelope) + delay_s > function.async_config.max_age_s:
            return self._given_up("EventAgeExceeded", function, envelope, history, outcome)
        return Again(history, delay_s)

    def _given_up(
        self,
        condition: AsyncCondition,
        function: Function,
        envelope: Envelope,
        history: History,
        outcome: Outcome | None,
    ) -> History:
        config = function.async_config
        parcels = []
        if config.on_failure is not None:
            body = self._record(condition, function, envelope, history.failures, outcome)
            parcels.append(Parcel(self._failure_arn(config.on_failure, function, envelope), body, {}))
        if config.dead_letter_arn is not None:
            text = envelope.payload.decode("utf-8", "replace")
            parcels.append(Parcel(config.dead_letter_arn, text, dead_letter_attributes(envelope.request_id, outcome)))
        fate = "sent on" if parcels else "there is no destination or dead-letter queue"
        self.report(
            f"{function.logical_id}: asynchronous event {envelope.request_id} given up ({condition}) "
            f"after {history.failures} failure(s); {fate}."
        )
        return replace(history, parcels=tuple(parcels))

    def _failure_arn(self, destination: str, function: Function, envelope: Envelope) -> str:
        """Of a bucket, the ARN of an object in it: the same one however often the record is sent."""
        if not is_bucket(destination):
            return destination
        return async_object_arn(destination, function.name, self.clock.now(), envelope.request_id)

    def _record(
        self, condition: AsyncCondition, function: Function, envelope: Envelope, count: int, outcome: Outcome | None
    ) -> str:
        return async_record(
            condition,
            function_arn=function.arn,
            request_id=envelope.request_id,
            invoke_count=count,
            request=envelope.payload,
            outcome=outcome,
            now_s=self.clock.now(),
        )

    def send(self, function: Function, history: History) -> Settled | Again:
        """Send the parcels that are left: one that is refused does not hold up the others."""
        refused: list[Parcel] = []
        for parcel in history.parcels or ():
            try:
                self.destinations.send(parcel.arn, parcel.body, parcel.attributes)
            except TerrariumError as error:
                self.report(f"{function.logical_id}: {parcel.arn} accepts no record, it is kept: {error}")
                refused.append(parcel)
        return Again(replace(history, parcels=tuple(refused)), DESTINATION_RETRY_S) if refused else Settled()

    def _age_s(self, envelope: Envelope) -> float:
        return self.clock.now() - envelope.accepted_s
