"""Delivers one batch of stream records until each is acknowledged: invoke, retry, split, resume, discard.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from emulator.errors import BackendError, TerrariumError
from emulator.model import Clock, Function, Invocation, Invoker, Outcome, Trigger
from emulator.payloads import dynamodb_stream
from emulator.payloads.destination_record import StreamBatch, StreamCondition, stream_failure_record
from emulator.sources.batch_response import failed_identifiers
from emulator.sources.identity import Identity
from emulator.sources.pause import Pause
from emulator.sources.ports import DestinationClient
from emulator.sources.stream_item import StreamItem

FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 10.0
"""AWS backs off longer; here somebody has just saved the fix."""
SPLIT_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class Attempt:
    """Records still to be handled. Throttles and our own faults do not count as failures."""

    items: Sequence[StreamItem]
    failures: int = 0
    hindered: int = 0
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one shard of one mapping reaches its function."""

    trigger: Trigger
    function: Function
    shard_id: str
    invoker: Invoker
    destinations: DestinationClient
    identity: Identity
    clock: Clock
    pause: Pause
    report: Callable[[str], None]

    def deliver(self, batch: Sequence[StreamItem], done: Callable[[Sequence[StreamItem]], None]) -> bool:
        """Returns True when every record is done, False when stopped before: the rest is not acknowledged."""
        attempts = [Attempt(batch)]
        while attempts:
            # What remains of the first attempt comes before all others: order is kept.
            remaining = self._attempt(attempts.pop(0), done)
            if remaining is None:
                return False
            attempts[:0] = [attempt for attempt in remaining if attempt.items]
        return True

    def _attempt(self, attempt: Attempt, done: Callable[[Sequence[StreamItem]], None]) -> list[Attempt] | None:
        young = [item for item in attempt.items if not self._too_old(item)]
        if len(young) < len(attempt.items):
            old = [item for item in attempt.items if self._too_old(item)]
            if not self._discard("RecordAgeExceeded", replace(attempt, items=old), done):
                return None
            return [replace(attempt, items=young)]
        outcome = self._invoke(attempt)
        if outcome is None or outcome.kind == "throttled":
            return self._later(replace(attempt, hindered=attempt.hindered + 1, outcome=outcome), attempt.hindered)
        first_failed = self._first_failed(outcome, attempt.items)
        if first_failed > 0:
            done(attempt.items[:first_failed])
        # Progress starts the count anew: the limit is for one failing record, not for all of a batch.
        failures = 1 if first_failed else attempt.failures + 1
        rest = Attempt(attempt.items[first_failed:], failures, 0, outcome)
        return self._after_failure(rest, attempt.failures, done) if rest.items else []

    def _after_failure(
        self, rest: Attempt, failures_before: int, done: Callable[[Sequence[StreamItem]], None]
    ) -> list[Attempt] | None:
        if self.trigger.bisect_on_error and len(rest.items) > 1:
            # Splitting does not count towards the retry quota.
            middle = len(rest.items) // 2
            halves = [replace(rest, items=rest.items[:middle], failures=failures_before)]
            halves.append(replace(rest, items=rest.items[middle:], failures=failures_before))
            return halves if self.pause.sleep(SPLIT_PAUSE_S) else None
        limit = self.trigger.max_retries
        if limit is not None and 0 <= limit < rest.failures:
            return [] if self._discard("RetryAttemptsExhausted", rest, done) else None
        return self._later(rest, rest.failures - 1)

    def _later(self, attempt: Attempt, tries_before: int) -> list[Attempt] | None:
        return [attempt] if self.pause.sleep(_back_off_s(tries_before)) else None

    def _invoke(self, attempt: Attempt) -> Outcome | None:
        """None when the fault is ours: the batch did not reach the function."""
        payload = dynamodb_stream.event(item.text for item in attempt.items)
        request_id, trace_id = self.identity.request_id(), self.identity.trace_id()
        try:
            return self.invoker.invoke(Invocation(self.function, payload, request_id, trace_id, "dynamodb"))
        except TerrariumError as error:
            self.report(
                f"{self.trigger.logical_id}: {self.function.logical_id} could not be invoked, trying on: {error}"
            )
            return None

    def _first_failed(self, outcome: Outcome, items: Sequence[StreamItem]) -> int:
        """Index of the first record to deliver again; their number when all succeeded."""
        if outcome.failed:
            return 0
        if not self.trigger.report_batch_item_failures:
            return len(items)
        failed = failed_identifiers(outcome.payload, [item.sequence for item in items])
        return next((index for index, item in enumerate(items) if item.sequence in failed), len(items))

    def _too_old(self, item: StreamItem) -> bool:
        limit = self.trigger.max_record_age_s
        return limit is not None and limit >= 0 and self.clock.now() - item.created_s > limit

    def _discard(
        self, condition: StreamCondition, attempt: Attempt, done: Callable[[Sequence[StreamItem]], None]
    ) -> bool:
        """Done once the destination, if there is one, accepted the record; False when stopped before."""
        self.report(
            f"{self.trigger.logical_id}: {len(attempt.items)} record(s) given up ({condition}) "
            f"after {attempt.failures} failure(s) of {self.function.logical_id}."
        )
        if self.trigger.on_failure is not None and not self._tell_destination(condition, attempt):
            return False
        done(attempt.items)
        return True

    def _tell_destination(self, condition: StreamCondition, attempt: Attempt) -> bool:
        body = self._failure_record(condition, attempt)
        tries = 0
        while True:
            try:
                self.destinations.send(str(self.trigger.on_failure), body, {})
                return True
            except BackendError as error:
                if tries == 0:
                    self.report(f"{self.trigger.logical_id}: OnFailure destination takes no record, trying on: {error}")
            if not self.pause.sleep(_back_off_s(tries)):
                return False
            tries += 1

    def _failure_record(self, condition: StreamCondition, attempt: Attempt) -> str:
        first, last = attempt.items[0], attempt.items[-1]
        batch = StreamBatch(
            stream_arn=self.trigger.source_arn,
            shard_id=self.shard_id,
            first_sequence=first.sequence,
            last_sequence=last.sequence,
            first_arrival_s=first.created_s,
            last_arrival_s=last.created_s,
            size=len(attempt.items),
        )
        return stream_failure_record(
            condition,
            function_arn=self.function.arn,
            request_id=attempt.outcome.request_id if attempt.outcome else self.identity.request_id(),
            invoke_count=attempt.failures,
            outcome=attempt.outcome,
            batch=batch,
            now_s=self.clock.now(),
        )


def _back_off_s(tries_before: int) -> float:
    return float(min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(tries_before, 10)))
