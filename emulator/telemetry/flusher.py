"""A thread that empties a buffer: asleep until something comes, then it lets more come together."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Flusher:
    """`flush` is called on the thread, at most every `pause_s()` seconds while something comes, and once at the end,
    before `close`."""

    def __init__(
        self,
        name: str,
        flush: Callable[[], None],
        pause_s: Callable[[], float],
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._flush, self._pause_s, self._close = flush, pause_s, close
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Flush what is left, at most so many seconds; False when that was not enough."""
        self._stopping.set()
        self._wake.set()
        if self._thread.ident is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def notice(self) -> None:
        """Something came. Asking first is cheaper than setting an event that is set."""
        if not self._wake.is_set():
            self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait()
            self._stopping.wait(self._pause_s())
            self._wake.clear()
            self._flush()
        self._flush()
        self._close()
