"""One event source mapping on an SQS queue: poller -> filter -> batch -> invoke -> acknowledge.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emulator.errors import BackendRefusedError, BackendUnavailableError, TemplateError
from emulator.model import Clock, Function, Invoker, Trigger
from emulator.sources.identity import Identity
from emulator.sources.pause import Pause
from emulator.sources.ports import QueueClient
from emulator.sources.queue_acknowledgement import QueueAcknowledgement
from emulator.sources.queue_batch import QueueBatch, Received
from emulator.sources.queue_delivery import QueueDelivery
from emulator.sources.queue_filter import queue_filter
from emulator.sources.queue_groups import QueueGroups
from emulator.sources.queue_poller import PollerParts, Queue, QueuePoller
from emulator.sources.queue_scale import QueueScale, most_batches

AWAY_S = 0.5
"""How often a backend that does not answer is asked again."""
ROOM_S = 0.2
"""How often it is asked whether one more batch may go; one that ended says so itself."""


@dataclass(frozen=True, slots=True)
class QueueParts:
    """What a mapping is wired to."""

    trigger: Trigger
    function: Function
    queues: QueueClient
    invoker: Invoker
    identity: Identity
    clock: Clock
    report: Callable[[str], None]


class QueueMapping:
    """One polling thread; each batch in flight has a thread of its own."""

    def __init__(self, parts: QueueParts) -> None:
        self._parts, trigger, clock = parts, parts.trigger, parts.clock
        self._pause, self._wake = Pause(clock), Pause(clock)
        self._scale = QueueScale(most_batches(trigger, parts.function), clock)
        poller = PollerParts(parts.queues, queue_filter(trigger.filters), self._scale, self._pause, clock)
        self._poller = QueuePoller(poller, QueueBatch(trigger.batch_size, trigger.window_s))
        self._delivery = QueueDelivery(
            trigger, parts.function, parts.invoker, parts.identity, self._scale, clock, self._pause, parts.report
        )
        self._acknowledgement = QueueAcknowledgement(trigger.logical_id, parts.queues, clock, self._pause, parts.report)
        self._groups = QueueGroups()
        self._queue: Queue | None = None
        self._thread: threading.Thread | None = None
        self._in_flight: list[threading.Thread] = []
        self._away = False

    def start(self) -> None:
        """Raises TemplateError when AWS would refuse the mapping; a backend that is away is waited for."""
        try:
            self._queue = self._find_queue()
        except BackendUnavailableError as error:
            self._tell_away(error)
        except BackendRefusedError as error:
            raise self._refusal(error.found, f"Create the queue {self._parts.trigger.source_arn}.") from error
        self._thread = threading.Thread(target=self._serve, name=self._parts.trigger.logical_id, daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Finish what is in flight, at most `timeout_s` real seconds; the rest stays in the queue."""
        deadline = time.monotonic() + timeout_s
        self._pause.stop()
        self._wake.stop()
        # The polling thread ends first: only it begins deliveries.
        if self._thread is not None:
            self._thread.join(max(0.0, deadline - time.monotonic()))
        for thread in self._in_flight:
            thread.join(max(0.0, deadline - time.monotonic()))
        threads = [*self._in_flight, *([self._thread] if self._thread else [])]
        return not any(thread.is_alive() for thread in threads)

    def _serve(self) -> None:
        while not self._pause.stopped:
            try:
                self._look()
                self._away = False
            except Exception as error:  # noqa: BLE001  (said, and tried again: a mapping never just ends)
                self._tell_away(error)
                if not isinstance(error, BackendUnavailableError):
                    self._queue = None
                self._pause.sleep(AWAY_S)
        if self._queue is not None:
            self._acknowledgement.give_back(self._queue.url, self._poller.take())

    def _look(self) -> None:
        """One receive, and what follows from it."""
        if self._queue is None:
            self._queue = self._find_queue()
        self._in_flight = [thread for thread in self._in_flight if thread.is_alive()]
        if len(self._in_flight) >= self._scale.limit():
            self._wake.wait(ROOM_S)
            return
        batch = self._poller.next_batch(self._queue)
        if self._pause.stopped:
            self._acknowledgement.give_back(self._queue.url, batch)
            return
        admitted = self._groups.admit(batch)
        if admitted:
            thread = threading.Thread(target=self._handle, args=(self._queue.url, admitted), daemon=True)
            self._in_flight.append(thread)
            thread.start()

    def _handle(self, url: str, batch: Sequence[Received]) -> None:
        done: set[str] = set()
        try:
            delivered = self._delivery.deliver(batch)
            if self._pause.stopped:
                self._acknowledgement.give_back(url, delivered.untouched)
            self._acknowledgement.delete(url, delivered.done)
            done = {item.id for item in delivered.done}
        except Exception as error:  # noqa: BLE001  (said; the messages stay and are visible again later)
            self._parts.report(f"{self._parts.trigger.logical_id}: a batch is tried again later: {error!r}")
        finally:
            self._end(url, batch, done)

    def _end(self, url: str, batch: Sequence[Received], done: set[str]) -> None:
        """What came again while its group was busy is settled now: it was the same message, or a later one."""
        held = self._groups.end(batch)
        self._acknowledgement.delete(url, [item for item in held if item.id in done])
        self._acknowledgement.give_back(url, [item for item in held if item.id not in done])
        self._wake.wake()

    def _find_queue(self) -> Queue:
        """Raises TemplateError when the function may take longer than its messages stay invisible.

        https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
        """
        parts, arn = self._parts, self._parts.trigger.source_arn
        url = parts.queues.url_of(arn)
        hidden_s, timeout_s = int(parts.queues.attributes(url).get("VisibilityTimeout", 30)), parts.function.timeout_s
        if hidden_s < timeout_s:
            found = f"Queue visibility timeout: {hidden_s} seconds is less than Function timeout: {timeout_s} seconds"
            raise self._refusal(found, "Raise the queue's VisibilityTimeout; AWS advises six times the function's.")
        return Queue(url, arn, hidden_s)

    def _refusal(self, found: str, fix: str) -> TemplateError:
        trigger = self._parts.trigger
        what = f"Event source mapping {trigger.logical_id} cannot run"
        return TemplateError(what, where=str(trigger.place), found=found, fix=fix)

    def _tell_away(self, error: Exception) -> None:
        if not self._away:
            self._away = True
            self._parts.report(f"{self._parts.trigger.logical_id}: the queue cannot be read, trying on: {error}")
