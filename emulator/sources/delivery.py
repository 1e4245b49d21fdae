"""Delivers one batch of stream records until each is acknowledged: invoke, retry, split, resume, discard.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from emulator.model import Clock, Outcome, Trigger
from emulator.payloads import dynamodb_stream
from emulator.payloads.destination_record import StreamCondition
from emulator.sources.back_off import back_off_s
from emulator.sources.batch_response import failed_identifiers
from emulator.sources.discards import Discarded, Discards
from emulator.sources.function_call import FunctionCall
from emulator.sources.pause import Pause
from emulator.sources.stream_item import StreamItem
from emulator.sources.tumbling_window import TumblingWindow, state_in

SPLIT_PAUSE_S = 0.1

Done = Callable[[Sequence[StreamItem]], None]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Records still to be handled. Throttles and our own faults do not count as failures."""

    items: Sequence[StreamItem]
    failures: int = 0
    hindered: int = 0
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one shard of one mapping reaches its function; `window` is set for the lane that delivers."""

    trigger: Trigger
    call: FunctionCall
    discards: Discards
    clock: Clock
    pause: Pause
    window: TumblingWindow | None = None

    def deliver(self, batch: Sequence[StreamItem], done: Done) -> bool:
        """Returns True when every record is done, False when stopped before: the rest is not acknowledged."""
        attempts = [Attempt(batch)]
        while attempts:
            # What remains of the first attempt comes before all others: order is kept.
            remaining = self._attempt(attempts.pop(0), done)
            if remaining is None:
                return False
            attempts[:0] = [attempt for attempt in remaining if attempt.items]
        return True

    def close_window(self, *, early: bool = False) -> bool:
        """The final invocation, which has no records. Nothing further is handled until it succeeds.

        True when it did and the state is dropped, False when stopped before.
        """
        window, tries = self.window, 0
        while window is not None:
            outcome = self.call.run(dynamodb_stream.event((), window.fields(final=True, early=early)))
            if outcome is not None and outcome.kind == "returned" and state_in(outcome.payload) is not None:
                window.close()
                return True
            if tries == 0:
                self._tell_closing_failed(outcome)
            if not self.pause.sleep(back_off_s(tries)):
                return False
            tries += 1
        return True

    def _attempt(self, attempt: Attempt, done: Done) -> list[Attempt] | None:
        now = self.clock.now()
        old = [item for item in attempt.items if self._too_old(item, now)]
        if old:
            young = [item for item in attempt.items if not self._too_old(item, now)]
            if not self._discard("RecordAgeExceeded", replace(attempt, items=old), done):
                return None
            return [replace(attempt, items=young)]
        outcome = self.call.run(self._event(attempt.items))
        if outcome is None or outcome.kind == "throttled":
            return self._later(replace(attempt, hindered=attempt.hindered + 1, outcome=outcome), attempt.hindered)
        first_failed = self._first_failed(outcome, attempt.items)
        if first_failed > 0 and not self._progress(outcome, attempt.items[:first_failed], done):
            return None
        # Progress starts the count anew: the limit is for one failing record, not for all of a batch.
        failures = 1 if first_failed else attempt.failures + 1
        rest = Attempt(attempt.items[first_failed:], failures, 0, outcome)
        return self._after_failure(rest, attempt.failures, done) if rest.items else []

    def _event(self, items: Sequence[StreamItem]) -> bytes:
        if self.window is None:
            return dynamodb_stream.event(item.text for item in items)
        # A state that grew too large ended the window in the middle of a batch: the rest opens it again.
        self.window.enter(self.window.start_of(items[0].created_s))
        return dynamodb_stream.event((item.text for item in items), self.window.fields())

    def _progress(self, outcome: Outcome, items: Sequence[StreamItem], done: Done) -> bool:
        """These records succeeded. The state is kept before they are acknowledged: both or, after a crash, neither."""
        if self.window is not None:
            self.window.keep(state_in(outcome.payload) or {}, items[-1].sequence)
        done(items)
        if self.window is not None and self.window.too_large:
            return self.close_window(early=True)
        return True

    def _after_failure(self, rest: Attempt, failures_before: int, done: Done) -> list[Attempt] | None:
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
        return [attempt] if self.pause.sleep(back_off_s(tries_before)) else None

    def _first_failed(self, outcome: Outcome, items: Sequence[StreamItem]) -> int:
        """Index of the first record to deliver again; their number when all succeeded."""
        if outcome.failed or (self.window is not None and state_in(outcome.payload) is None):
            return 0
        if not self.trigger.report_batch_item_failures:
            return len(items)
        failed = failed_identifiers(outcome.payload, [item.sequence for item in items])
        return next((index for index, item in enumerate(items) if item.sequence in failed), len(items))

    def _too_old(self, item: StreamItem, now: float) -> bool:
        limit = self.trigger.max_record_age_s
        return limit is not None and limit >= 0 and now - item.written_s > limit

    def _discard(self, condition: StreamCondition, attempt: Attempt, done: Done) -> bool:
        discarded = Discarded(condition, attempt.items, attempt.failures, attempt.outcome)
        if not self.discards.give_up(discarded):
            return False
        if self.window is not None:
            self.window.settle(attempt.items[-1].sequence)
        done(attempt.items)
        return True

    def _tell_closing_failed(self, outcome: Outcome | None) -> None:
        why = "has no state" if outcome is not None and outcome.kind == "returned" else "failed"
        self.call.report(
            f"{self.trigger.logical_id}: the answer to a window's final invocation of "
            f"{self.call.function.logical_id} {why}; the shard waits until it succeeds."
        )
