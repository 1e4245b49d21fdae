"""Threads that functions are invoked on; what comes of a job is told on the event loop's thread."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Workers:
    """`threads` jobs at a time; jobs with a limit of their own wait for nobody, since they may take long."""

    def __init__(self, loop: asyncio.AbstractEventLoop, threads: int) -> None:
        self._loop = loop
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="websocket")
        self.busy = 0

    def run(self, job: Callable[[], T], done: Callable[[T | None], None], within_s: float | None = None) -> None:
        """Call `done` with what `job` returns, or with None when it raised or took longer than `within_s`.

        To be called on the event loop's thread.
        """
        self.busy += 1
        handed = _Handed(done, self._finished)
        if within_s is None:
            self._pool.submit(self._work, job, handed)
            return
        handed.timer = self._loop.call_later(within_s, handed.over, None)
        threading.Thread(target=self._work, args=(job, handed), name="websocket-long", daemon=True).start()

    def stop(self) -> None:
        """Jobs that have not begun never will."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, job: Callable[[], T], handed: _Handed[T]) -> None:
        try:
            result: T | None = job()
        except Exception:  # noqa: BLE001 - a client gets AWS's answer whatever breaks; the log has the rest
            _log.exception("A WebSocket message failed in the gateway itself")
            result = None
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(handed.over, result)

    def _finished(self) -> None:
        self.busy -= 1


class _Handed(Generic[T]):
    """One job; it is over once."""

    def __init__(self, done: Callable[[T | None], None], finished: Callable[[], None]) -> None:
        self.timer: asyncio.TimerHandle | None = None
        self._done: Callable[[T | None], None] | None = done
        self._finished = finished

    def over(self, result: T | None) -> None:
        done, self._done = self._done, None
        if done is None:
            return
        if self.timer is not None:
            self.timer.cancel()
        self._finished()
        done(result)
