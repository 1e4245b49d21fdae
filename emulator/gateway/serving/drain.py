"""The end of serving: what is in flight is answered, then no thread of granian's is in the way any more."""

from __future__ import annotations

import threading
import time
from pathlib import Path

SETTLE_S = 3.0
"""How long a client has to take its last answer once nothing is in hand."""
_TICK_S = 0.05
_LAST_THREAD_S = 1.0


class Drain:
    """Knows what is in hand, and when it is over.

    granian tells each connection to end after its request, but a connection accepted in that very moment is not told
    and would be kept alive for ever. So answers given while `stopping` say `Connection: close` themselves, and a
    connection that never asks anything is not waited for.
    """

    def __init__(self, stopping: threading.Event) -> None:
        self.stopping = stopping
        self._in_hand: set[int] = set()
        self._quiet = threading.Event()
        self._last_thread = Path()

    def begin(self) -> None:
        """A request is in hand, on this very thread. Adding to a set needs no lock, which counting would."""
        self._in_hand.add(threading.get_ident())

    def end(self) -> None:
        self._in_hand.discard(threading.get_ident())

    def quiet(self) -> None:
        """granian's last thread calls this when every connection is closed."""
        self._last_thread = Path(f"/proc/self/task/{threading.get_native_id()}")
        self._quiet.set()

    def wait(self, timeout_s: float) -> bool:
        """Waits for the end after `stopping`; False when requests are unanswered after `timeout_s` seconds."""
        busy_at = time.monotonic()
        give_up = busy_at + timeout_s
        while not self._quiet.wait(_TICK_S):
            now = time.monotonic()
            if self._in_hand:
                busy_at = now
            if now >= give_up:
                return not self._in_hand
            if now >= busy_at + SETTLE_S:
                return True
        self._wait_for_the_last_thread()
        return True

    def _wait_for_the_last_thread(self) -> None:
        """A native thread that still lets go of the interpreter while the main thread ends it would abort the process.

        Without /proc the thread gets no second glance.
        """
        gone_by = time.monotonic() + _LAST_THREAD_S
        pause = threading.Event()
        while self._last_thread.exists() and time.monotonic() < gone_by:
            pause.wait(0.002)
