"""The messages this process has received and not yet settled, kept invisible by extending them.

The visibility timeout is short, whatever the function's: after `kill -9` nothing waits longer than that.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from emulator.model import Clock, QueueMessage
from emulator.sources.async_ledger import AsyncLedger

VISIBILITY_S = 20
EXTEND_AFTER_S = 5.0


@dataclass(frozen=True, slots=True)
class Held:
    """One message, how to acknowledge it now, and when it was last extended (monotonic seconds)."""

    message_id: str
    url: str
    receipt_handle: str
    extended_at: float


class InHand:
    """Thread safe. Also written to the ledger, so that the next process frees them at once."""

    def __init__(self, ledger: AsyncLedger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock
        self._lock = threading.Lock()
        self._held: dict[str, Held] = {}

    def take(self, url: str, messages: list[QueueMessage]) -> list[QueueMessage]:
        """Those that are new. One that came again while still in hand only gets its new receipt handle."""
        now = self._clock.monotonic()
        with self._lock:
            new = [message for message in messages if message.message_id not in self._held]
            for message in messages:
                self._held[message.message_id] = Held(message.message_id, url, message.receipt_handle, now)
        self._ledger.taken(url, messages)
        return new

    def receipt_handle(self, message: QueueMessage) -> str:
        with self._lock:
            held = self._held.get(message.message_id)
        return held.receipt_handle if held else message.receipt_handle

    def drop(self, message: QueueMessage) -> None:
        with self._lock:
            self._held.pop(message.message_id, None)
        self._ledger.returned(message.message_id)

    def due(self) -> list[Held]:
        """Messages to extend now; they are taken as extended."""
        now = self._clock.monotonic()
        with self._lock:
            due = [held for held in self._held.values() if now - held.extended_at >= EXTEND_AFTER_S]
            for held in due:
                self._held[held.message_id] = replace(held, extended_at=now)
        return due
