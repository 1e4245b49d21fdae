"""Receives what tests/bench/app_triggers/src/mark.py sends: which mark reached a handler, and when it started."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Collection
from typing import Self


class Marks:
    """Listens on a port of its own until the block ends. Times are seconds since the epoch, as time.time() gives."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_194_304)
        self._socket.bind(("127.0.0.1", 0))
        self._seen: dict[str, float] = {}
        self._arrived = threading.Condition()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # A socket closed under its reader would leave that reading whatever gets its number next.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
            ending.sendto(b"", ("127.0.0.1", self.port))
        self._listener.join()
        self._socket.close()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def started(self, mark: str) -> float | None:
        """When a handler first started with this mark."""
        return self._seen.get(mark)

    def wait(self, marks: Collection[str], timeout_s: float) -> bool:
        """True as soon as handlers started with all of them."""
        deadline = time.monotonic() + timeout_s
        left = set(marks)
        with self._arrived:
            while True:
                left -= self._seen.keys()
                rest = deadline - time.monotonic()
                if not left or rest <= 0:
                    return not left
                self._arrived.wait(rest)

    def _listen(self) -> None:
        while datagram := self._socket.recv(200):
            mark, started = datagram.decode().split()
            with self._arrived:
                self._seen.setdefault(mark, float(started))
                self._arrived.notify_all()
