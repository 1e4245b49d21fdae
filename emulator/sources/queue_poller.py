"""Waits for messages, drops what the filter does not let through, and collects the rest into batches.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.errors import BackendError
from emulator.model import Clock, QueueMessage
from emulator.payloads import sqs_event
from emulator.sources.pause import Pause
from emulator.sources.ports import QueueClient
from emulator.sources.queue_batch import QueueBatch, Received
from emulator.sources.queue_scale import QueueScale

MOST_A_RECEIVE = 10
WAIT_S = 1
"""A waiting receive whose caller is stopped or killed still takes messages along, which then stay invisible: Lambda
waits up to 20 s, here nobody wants to wait that long for a stop."""
TICK_S = 0.1
"""SQS waits in whole seconds: this often it is asked in the last second of a batching window."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as it was found when the mapping began to read it."""

    url: str
    arn: str
    visibility_timeout_s: float


@dataclass(frozen=True, slots=True)
class PollerParts:
    """What a poller is wired to."""

    queues: QueueClient
    accepts: Callable[[dict[str, Any]], bool]
    scale: QueueScale
    pause: Pause
    clock: Clock


class QueuePoller:
    """Used by one thread. One waiting receive at a time, however many batches may be in flight: an idle queue is
    asked once a second."""

    def __init__(self, parts: PollerParts, batch: QueueBatch) -> None:
        self._parts, self._batch = parts, batch
        self._flowing = False

    def next_batch(self, queue: Queue) -> list[Received]:
        """Receive once; the batch when it is due, else nothing yet. Raises BackendError."""
        due_in = self._batch.due_in(self._parts.clock.monotonic())
        self._receive(queue, self._wait_s(due_in))
        due_in = self._batch.due_in(self._parts.clock.monotonic())
        return self._batch.take() if due_in == 0 else []

    def take(self) -> list[Received]:
        """What was received and is not handed out."""
        return self._batch.take()

    def _wait_s(self, due_in: float | None) -> int:
        if due_in is None:
            return WAIT_S
        if due_in < 1 and not self._flowing:
            self._parts.pause.sleep(min(due_in, TICK_S))
        return min(WAIT_S, int(due_in))

    def _receive(self, queue: Queue, wait_s: int) -> None:
        parts = self._parts
        asked = min(MOST_A_RECEIVE, self._batch.room)
        # The queue's own visibility timeout counts: it belongs to the queue, not to the mapping.
        messages = parts.queues.receive(queue.url, asked, wait_s, None)
        parts.scale.polled(len(messages), asked)
        self._flowing = len(messages) == asked
        now = parts.clock.monotonic()
        accepted, discarded = self._sorted(messages, queue, now)
        self._batch.add(accepted, now)
        if discarded:
            self._discard(queue, discarded)

    def _sorted(
        self, messages: Sequence[QueueMessage], queue: Queue, now: float
    ) -> tuple[list[Received], list[QueueMessage]]:
        accepted, discarded = [], []
        for message in messages:
            record = sqs_event.event_record(message, queue.arn)
            if self._parts.accepts(record):
                text = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
                accepted.append(Received(message, text.encode(), now + queue.visibility_timeout_s))
            else:
                discarded.append(message)
        return accepted, discarded

    def _discard(self, queue: Queue, messages: Sequence[QueueMessage]) -> None:
        """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-unmatched"""
        try:
            self._parts.queues.delete(queue.url, [message.receipt_handle for message in messages])
        except BackendError:
            # They come again and are filtered out again; what was accepted must not wait for that.
            pass
