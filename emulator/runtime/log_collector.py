"""Collects what a function prints: cuts it into lines, keeps the last 4 KB of an invocation, hands lines on."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence

from emulator.model import Clock, LogLine

TAIL_BYTES = 4096  # X-Amz-Log-Type: Tail gives this much
_READ_BYTES = 65_536
_MAX_LINE_BYTES = 256 * 1024  # one CloudWatch Logs event
_FLUSH_LINES = 200


class LogCollector:
    """Owns one environment's output pipe, both ends: the writing end stays open, so the pipe never reports end of file.

    Not thread-safe: one invocation at a time uses it.
    """

    def __init__(self, function: str, clock: Clock, deliver: Callable[[Sequence[LogLine]], None]) -> None:
        self.fd, self.write_fd = os.pipe()
        os.set_blocking(self.fd, False)
        self._function, self._clock, self._deliver = function, clock, deliver
        self._partial = b""
        self._lines: list[LogLine] = []
        self._tail: list[bytes] = []
        self._request_id = ""

    def begin(self, request_id: str) -> None:
        """Lines from here on belong to this invocation."""
        self._request_id, self._tail = request_id, []

    def platform(self, message: str) -> None:
        """A line of Lambda's own: START, END, REPORT, INIT_START …"""
        self._add(message, message.encode() + b"\n")

    def drain(self) -> None:
        """Read all that is there."""
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self.fd, _READ_BYTES):
                self._take(data)
                if len(data) < _READ_BYTES:
                    return

    def finish_lines(self) -> None:
        """What was printed without a newline at the end is a line too."""
        if self._partial:
            self._take(b"\n")

    def flush(self) -> None:
        """Hand on the lines collected so far."""
        if self._lines:
            lines, self._lines = self._lines, []
            self._deliver(lines)

    def tail(self) -> bytes:
        """The last 4 KB of the invocation's log."""
        return b"".join(self._tail)[-TAIL_BYTES:]

    def close(self) -> None:
        os.close(self.fd)
        os.close(self.write_fd)

    def _take(self, data: bytes) -> None:
        *whole, self._partial = (self._partial + data).split(b"\n")
        for raw in whole:
            self._add(raw.decode("utf-8", "replace"), raw + b"\n")
        if len(self._partial) > _MAX_LINE_BYTES:
            self._add(self._partial.decode("utf-8", "replace"), self._partial)
            self._partial = b""

    def _add(self, message: str, raw: bytes) -> None:
        self._tail.append(raw[-TAIL_BYTES:])
        if len(self._tail) > 2 * TAIL_BYTES:
            del self._tail[:-TAIL_BYTES]
        self._lines.append(LogLine(self._function, self._request_id, int(self._clock.now() * 1000), message))
        if len(self._lines) >= _FLUSH_LINES:
            self.flush()
