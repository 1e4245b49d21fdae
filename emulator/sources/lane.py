"""A lane is the order of delivery: one batch at a time, records in the order they came.

A shard has as many lanes as its parallelization factor; the records of one item always take the same lane.
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html#dynamodb-polling-and-batching
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from emulator.sources.stream_item import StreamItem
from emulator.sources.tumbling_window import SETTLE_S, TumblingWindow

MAX_BATCH_BYTES = 6 * 1024 * 1024 - 1024
"""A batch never exceeds the payload limit of an invocation; 1 KB is left for what surrounds the records."""

NOTHING_READ = float("-inf")


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A record, when it came on the monotonic clock, and the start of its tumbling window (0 without windows)."""

    item: StreamItem
    came: float
    start_s: int


class Lane:
    """Collects records into batches. `busy` is set by whoever delivers. Used by one thread."""

    def __init__(self, batch_size: int, window_s: float, window: TumblingWindow | None = None) -> None:
        self.batch_size = batch_size
        self.window = window
        self._window_s = window_s
        self._waiting: deque[_Waiting] = deque()
        self._bytes = 0
        self.busy = False

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, item: StreamItem, now: float) -> None:
        self._waiting.append(_Waiting(item, now, self._start_of(item)))
        self._bytes += len(item.text)

    def due_in(self, now: float, read_until_s: float = NOTHING_READ) -> float | None:
        """Seconds until a batch may go: 0 when full or its window is over, None while empty or busy.

        read_until_s: every record that was there at this time, in seconds since the epoch, has been added.
        """
        if self.busy or not self._waiting:
            return None
        if len(self._waiting) >= self.batch_size or self._bytes >= MAX_BATCH_BYTES or self._is_whole(read_until_s):
            return 0.0
        return max(0.0, self._waiting[0].came + self._window_s - now)

    def closes(self, read_until_s: float, ended: bool) -> bool:
        """True when the open tumbling window is to be closed now. `ended`: the shard has no further records."""
        if self.busy or self.window is None or self.window.open is None:
            return False
        if self._waiting:
            return self._waiting[0].start_s > self.window.open.start_s
        return ended or read_until_s >= self.window.open.end_s + SETTLE_S

    def take(self) -> list[StreamItem]:
        """The next batch: at most batch_size records and 6 MB of one tumbling window, at least one record."""
        batch: list[StreamItem] = []
        size, start_s = 0, self._waiting[0].start_s if self._waiting else 0
        if self.window is not None and self._waiting:
            self.window.enter(start_s)
        while self._waiting and len(batch) < self.batch_size and self._waiting[0].start_s == start_s:
            length = len(self._waiting[0].item.text) + 1
            if batch and size + length > MAX_BATCH_BYTES:
                break
            batch.append(self._waiting.popleft().item)
            size += length
            self._bytes -= length - 1
        return batch

    def _start_of(self, item: StreamItem) -> int:
        """A record that comes late is counted in the window that is open then."""
        if self.window is None:
            return 0
        current = self._waiting[-1].start_s if self._waiting else self.window.open.start_s if self.window.open else 0
        return max(current, self.window.start_of(item.created_s))

    def _is_whole(self, read_until_s: float) -> bool:
        """No further record of the first waiting one's tumbling window will come."""
        if self.window is None:
            return False
        first = self._waiting[0].start_s
        return self._waiting[-1].start_s > first or read_until_s >= self.window.end_of(first) + SETTLE_S
