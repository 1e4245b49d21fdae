"""FIFO order: of each message group at most one batch is in flight, even when its messages are visible again meanwhile.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from emulator.sources.queue_batch import Received


class QueueGroups:
    """Thread safe. Messages of a standard queue have no group and are never held."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, list[Received]] = {}

    def admit(self, items: Iterable[Received]) -> list[Received]:
        """Those to deliver now; their groups are busy until `end`. The others are held."""
        admitted: list[Received] = []
        begun: set[str] = set()
        with self._lock:
            for item in items:
                if item.group is None or item.group in begun or item.group not in self._held:
                    admitted.append(item)
                    if item.group is not None and item.group not in begun:
                        begun.add(item.group)
                        self._held[item.group] = []
                else:
                    self._held[item.group].append(item)
        return admitted

    def end(self, batch: Sequence[Received]) -> list[Received]:
        """The groups of this batch are free again; what was held of them meanwhile."""
        with self._lock:
            groups = {item.group for item in batch if item.group is not None}
            return [item for group in groups for item in self._held.pop(group, ())]
