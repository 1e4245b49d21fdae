"""SIGTERM and SIGINT for a process whose other threads are not Python's."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class StopSignal:
    """Taken over while the context lasts; to be entered in the main thread.

    Python runs a handler in the main thread only, and when the kernel wakes one of granian's threads for the signal,
    or the main thread is just about to sleep, nothing wakes the main thread. A byte in a pipe always does.
    """

    def __init__(self) -> None:
        self.came = threading.Event()

    def __enter__(self) -> StopSignal:
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self._wakeup_before = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        self._before: dict[int, Any] = {
            number: signal.signal(number, self._take) for number in (signal.SIGTERM, signal.SIGINT)
        }
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        os.close(self._read)
        os.close(self._write)

    def wait(self) -> None:
        """Returns once one of the two came; `came` is set then."""
        while not self.came.is_set():
            os.read(self._read, 64)

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        self.came.set()
