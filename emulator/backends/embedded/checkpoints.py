"""Keeps the journal short: a snapshot in a forked child, as Redis does it, while requests go on.

The child sees memory as it was at the fork; the parent has started the next segment by then.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from emulator.backends.embedded.segment import Segment
from emulator.backends.embedded.snapshots import SnapshotFailedError, Snapshots

_SMALLEST_JOURNAL = 16 * 1024 * 1024
_PR_SET_PDEATHSIG = 1

_log = logging.getLogger("terrarium.checkpoints")


class Checkpoints:
    """Owns the open segment. Only the event loop's thread calls it, except `append`."""

    def __init__(
        self, snapshots: Snapshots, save: Callable[[Path], None], *, smallest_journal: int = _SMALLEST_JOURNAL
    ) -> None:
        self._snapshots, self._save, self._smallest = snapshots, save, smallest_journal
        self._number = max([snapshots.current(), *(number for number, _ in snapshots.segments())]) + 1
        self._segment = Segment(snapshots.segment_path(self._number))
        self._switching = threading.Lock()
        self._running: asyncio.Task[None] | None = None
        self._since = 0
        self._limit = self._next_limit()

    def append(self, record: bytes) -> None:
        """Add to the journal; raises OSError when the disk is full."""
        with self._switching:
            self._segment.append(record)

    def due(self) -> bool:
        """True when the journal has outgrown both 16 MiB and the snapshot, and no snapshot is being made."""
        return self._running is None and self._since + self._segment.size > self._limit

    def start(self) -> None:
        """Begin a snapshot of this moment. No request may be half done."""
        self._since += self._segment.size
        self._next_segment()
        if sys.platform == "linux":
            pid = self._fork()
            self._running = asyncio.ensure_future(self._finish(pid, self._number))
        else:
            # Forking with threads is not safe on macOS.
            self.now()

    def now(self) -> None:
        """Snapshot this moment before returning; raises nothing, a failure keeps the journal."""
        self._next_segment()
        try:
            self._snapshots.write(self._number, self._save)
        except (SnapshotFailedError, OSError) as problem:
            _log.error("snapshot %d failed, the journal is kept: %s", self._number, problem)
        else:
            self._commit(self._number)

    async def settle(self) -> None:
        """Wait for a snapshot that is being made."""
        if self._running is not None:
            await self._running

    def _next_segment(self) -> None:
        fresh = Segment(self._snapshots.segment_path(self._number + 1))
        with self._switching:
            self._number += 1
            self._segment.close()
            self._segment = fresh

    def _fork(self) -> int:
        pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            _isolate()
            self._snapshots.write(self._number, self._save)
            code = 0
        except BaseException as problem:  # noqa: BLE001 - the child has no caller to tell
            os.write(2, f"snapshot {self._number} failed: {problem}\n".encode())
        finally:
            os._exit(code)

    async def _finish(self, pid: int, number: int) -> None:
        _, status = await asyncio.to_thread(os.waitpid, pid, 0)
        self._running = None
        if status == 0:
            self._commit(number)
        else:
            _log.error("snapshot %d failed, the journal is kept", number)
            self._limit *= 2

    def _commit(self, number: int) -> None:
        self._snapshots.make_current(number)
        self._since = 0
        self._limit = self._next_limit()

    def _next_limit(self) -> int:
        return max(self._smallest, self._snapshots.bytes_of_current())


def _isolate() -> None:
    """Die with the parent, leave its sockets alone (a held port would block a restart), give way to requests."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.closerange(3, 65_536)
    os.nice(10)
