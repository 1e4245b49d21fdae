"""A lane is the order of delivery: one batch at a time, records in the order they came.

A shard has as many lanes as its parallelization factor; the records of one item always take the same lane.
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html#dynamodb-polling-and-batching
"""

from __future__ import annotations

from collections import deque

from emulator.sources.stream_item import StreamItem

MAX_BATCH_BYTES = 6 * 1024 * 1024 - 1024
"""A batch never exceeds the payload limit of an invocation; 1 KB is left for what surrounds the records."""


class Lane:
    """Collects records into batches. `busy` is set by whoever delivers. Used by one thread."""

    def __init__(self, batch_size: int, window_s: float) -> None:
        self.batch_size = batch_size
        self._window_s = window_s
        self._waiting: deque[tuple[StreamItem, float]] = deque()
        self._bytes = 0
        self.busy = False

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, item: StreamItem, now: float) -> None:
        self._waiting.append((item, now))
        self._bytes += len(item.text)

    def due_in(self, now: float) -> float | None:
        """Seconds until a batch may go: 0 when full or its window is over, None while empty or busy."""
        if self.busy or not self._waiting:
            return None
        if len(self._waiting) >= self.batch_size or self._bytes >= MAX_BATCH_BYTES:
            return 0.0
        return max(0.0, self._waiting[0][1] + self._window_s - now)

    def take(self) -> list[StreamItem]:
        """The next batch: at most batch_size records and 6 MB, at least one record."""
        batch: list[StreamItem] = []
        size = 0
        while self._waiting and len(batch) < self.batch_size:
            length = len(self._waiting[0][0].text) + 1
            if batch and size + length > MAX_BATCH_BYTES:
                break
            batch.append(self._waiting.popleft()[0])
            size += length
            self._bytes -= length - 1
        return batch
