"""Takes asynchronous events out of their queues. A message is deleted only when its event is settled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from emulator.errors import BackendError, BackendRefusedError, TerrariumError
from emulator.model import QueueMessage
from emulator.sources.async_delivery import Again, AsyncDelivery, Settled
from emulator.sources.async_envelope import Unwanted
from emulator.sources.async_in_hand import VISIBILITY_S, Held, InHand
from emulator.sources.async_ledger import AsyncLedger, History
from emulator.sources.async_lines import Line, Lines
from emulator.sources.pause import Pause
from emulator.sources.ports import QueueClient

AWAY_S = 1.0
"""How often a backend that does not answer is asked again."""


@dataclass(frozen=True, slots=True)
class ConsumerParts:
    """What the consumer is wired to."""

    name: str
    queues: QueueClient
    lines: Lines
    ledger: AsyncLedger
    in_hand: InHand
    delivery: AsyncDelivery
    pause: Pause
    report: Callable[[str], None]


class AsyncConsumer:
    """One polling thread; each event in hand has a thread of its own."""

    def __init__(self, parts: ConsumerParts) -> None:
        self._parts = parts
        self._thread: threading.Thread | None = None
        self._handlers: list[threading.Thread] = []
        self._handlers_lock = threading.Lock()
        self._away = False

    def start(self) -> None:
        self._thread = threading.Thread(target=self._serve, name=f"{self._parts.name}-async", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Wait at most so many real seconds for events in hand; False when some had to be left."""
        self._parts.pause.stop()
        deadline = time.monotonic() + timeout_s
        if self._thread is not None:
            self._thread.join(timeout_s)
        # Only now is it known who was handed an event.
        with self._handlers_lock:
            threads = [*([self._thread] if self._thread else []), *self._handlers]
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    @property
    def busy(self) -> bool:
        """Whether an event is in hand."""
        with self._handlers_lock:
            return any(thread.is_alive() for thread in self._handlers)

    def look(self) -> float:
        """Receive from every queue that is due and begin to handle what comes; seconds until the next look."""
        for held in self._parts.in_hand.due():
            self._extend(held)
        for line in self._parts.lines.take_due():
            self._receive(line)
        return self._parts.lines.next_due_in()

    def take(self, line: Line, wait_s: int) -> bool:
        """Receive once from a line that has room, waiting up to `wait_s`, and begin to handle what comes.

        False when nothing came; raises BackendError.
        """
        try:
            if line.url is None:
                line.url = line.open()
            url = line.url
            messages = self._parts.queues.receive(url, min(10, line.room), wait_s, VISIBILITY_S)
        except BackendError:
            # The queue may be gone with the backend's data: find or create it next time.
            line.url = None
            raise
        for message in self._parts.in_hand.take(url, list(messages)) if messages else ():
            self._begin(line, url, message)
        return bool(messages)

    def free_orphans(self) -> None:
        """Messages a killed predecessor had in hand become visible now, not after their visibility timeout."""
        for message_id, receipt_handle, url in self._parts.ledger.orphans():
            try:
                self._parts.queues.change_visibility(url, receipt_handle, 0)
            except BackendRefusedError:
                # The message is gone, or was received anew: either way it is not ours any more.
                pass
            self._parts.ledger.returned(message_id)

    def _extend(self, held: Held) -> None:
        try:
            self._parts.queues.change_visibility(held.url, held.receipt_handle, VISIBILITY_S)
        except BackendRefusedError:
            # Just settled, or visible again already: then it is received anew and not handled twice.
            pass

    def _serve(self) -> None:
        freed = False
        while not self._parts.pause.stopped:
            try:
                if not freed:
                    self.free_orphans()
                    freed = True
                wait_s = self.look()
                self._away = False
            except Exception as error:  # noqa: BLE001  (said, and tried again: the consumer never just ends)
                self._tell_away(error)
                wait_s = AWAY_S
            self._parts.pause.wait(wait_s)

    def _tell_away(self, error: Exception) -> None:
        if not self._away:
            self._away = True
            self._parts.report(f"Asynchronous events of {self._parts.name} wait: {error}")

    def _receive(self, line: Line) -> None:
        while line.room > 0 and not self._parts.pause.stopped:
            try:
                if not self.take(line, 0):
                    return
            except BackendError:
                self._parts.lines.announce(line)
                raise

    def _begin(self, line: Line, url: str, message: QueueMessage) -> None:
        self._parts.lines.begun(line)
        thread = threading.Thread(target=self._handle, args=(line, url, message), daemon=True)
        thread.start()
        with self._handlers_lock:
            self._handlers = [*[alive for alive in self._handlers if alive.is_alive()], thread]

    def _handle(self, line: Line, url: str, message: QueueMessage) -> None:
        try:
            self._settle_or_delay(line, url, message)
        except Exception as error:  # noqa: BLE001  (said; the message stays in its queue and is visible again later)
            self._parts.report(f"{line.function.logical_id}: an asynchronous event is tried again later: {error}")
            self._parts.lines.due_in(line, VISIBILITY_S)
        finally:
            self._parts.in_hand.drop(message)
            self._parts.lines.ended(line)
            self._parts.pause.wake()

    def _settle_or_delay(self, line: Line, url: str, message: QueueMessage) -> None:
        parts, message_id = self._parts, message.message_id
        verdict = self._verdict(line, url, message)
        if isinstance(verdict, Again):
            parts.ledger.remember(message_id, verdict.history)
            parts.queues.change_visibility(url, parts.in_hand.receipt_handle(message), verdict.delay_s)
            parts.lines.due_in(line, verdict.delay_s)
        else:
            self._delete(line, url, message)

    def _verdict(self, line: Line, url: str, message: QueueMessage) -> Settled | Again:
        parts, message_id = self._parts, message.message_id
        found = line.messages.read(message)
        if found is None:
            raise BackendRefusedError(
                "An asynchronous event cannot be read",
                where=url,
                found=message.body[:100],
                fix="Its file under the state folder is gone, or another program writes into this queue.",
            )
        history = parts.ledger.history(message_id)
        if isinstance(found, Unwanted):
            left = found.parcels if history.parcels is None else history.parcels
            return parts.delivery.send(line.function, replace(history, parcels=left))
        return parts.delivery.handle(
            line.function, found, history, lambda settled: parts.ledger.remember(message_id, settled)
        )

    def _delete(self, line: Line, url: str, message: QueueMessage) -> None:
        try:
            refused = self._parts.queues.delete(url, [self._parts.in_hand.receipt_handle(message)])
            if refused:
                raise BackendRefusedError("A handled asynchronous event cannot be deleted", where=url)
        except TerrariumError:
            # It comes back, and must then only be deleted, not handled again.
            self._parts.ledger.remember(message.message_id, History(parcels=()))
            raise
        self._parts.ledger.forget(message.message_id)
        line.messages.forget(message)
