"""Collects received messages into batches: by number, by bytes, by time.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emulator.model import QueueMessage

MAX_BATCH_BYTES = 6 * 1024 * 1024 - 1024
"""A batch never exceeds the payload limit of an invocation; 1 KB is left for what surrounds the records."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message in hand. `record` is its JSON in the event; `visible_at`: when the queue hands it out again
    (monotonic seconds)."""

    message: QueueMessage
    record: bytes
    visible_at: float

    @property
    def id(self) -> str:
        return self.message.message_id

    @property
    def group(self) -> str | None:
        """Its message group in a FIFO queue."""
        return self.message.system_attributes.get("MessageGroupId")


class QueueBatch:
    """The batch that is being collected. Used by one thread."""

    def __init__(self, batch_size: int, window_s: float) -> None:
        self._batch_size, self._window_s = batch_size, window_s
        self._items: dict[str, Received] = {}
        self._bytes = 0
        self._since = 0.0

    @property
    def room(self) -> int:
        """How many more messages are wanted."""
        return 0 if self._bytes >= MAX_BATCH_BYTES else self._batch_size - len(self._items)

    def add(self, items: Iterable[Received], now: float) -> None:
        """A message that comes again while it waits here only gets its new receipt handle."""
        for item in items:
            if not self._items:
                self._since = now
            if item.id not in self._items:
                self._bytes += len(item.record)
            self._items[item.id] = item

    def due_in(self, now: float) -> float | None:
        """Seconds until the batch may go: 0 when full or its window is over, None while empty."""
        if not self._items:
            return None
        return 0.0 if self.room <= 0 else max(0.0, self._since + self._window_s - now)

    def take(self) -> list[Received]:
        """All of it, in the order received."""
        taken = list(self._items.values())
        self._items, self._bytes = {}, 0
        return taken


def payloads(batch: Sequence[Received]) -> list[list[Received]]:
    """The batch in parts of at most 6 MB: the last receive may have brought more than fits."""
    parts: list[list[Received]] = []
    size = 0
    for item in batch:
        size += len(item.record) + 1
        if not parts or size > MAX_BATCH_BYTES:
            parts.append([])
            size = len(item.record) + 1
        parts[-1].append(item)
    return parts
