"""Takes what happened off the hot path: two appends in memory, one thread that writes them to the file.

When the disk or the thread cannot keep up, what does not fit in memory is dropped and counted. Nothing blocks.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from emulator.model import Function, Invocation, LogLine, Outcome
from emulator.telemetry.flusher import Flusher
from emulator.telemetry.telemetry_file import InvocationRow, LineRow, TelemetryFile, invocation_row

FLUSH_S = 0.2
"""What is written together: at most this old."""
MAX_LINES = 50_000
MAX_INVOCATIONS = 20_000
"""Waiting in memory, no more."""


def _to_stderr(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


class Recorder:
    """Implements model.Observer. Several processes may write the same file."""

    def __init__(self, path: Path, *, report: Callable[[str], None] = _to_stderr, max_lines: int = MAX_LINES) -> None:
        self._file = TelemetryFile(path, report)
        self._report = report
        self._max_lines = max_lines
        self._lock = threading.Lock()
        self._lines: list[tuple[Function, Sequence[LogLine]]] = []
        self._waiting = 0
        self._outcomes: list[InvocationRow] = []
        self._dropped_lines = 0
        self._dropped_invocations = 0
        self._told = 0
        self._flusher = Flusher("telemetry", self._flush, lambda: FLUSH_S, self._file.close)

    @property
    def dropped(self) -> tuple[int, int]:
        """Log lines and invocations that were dropped so far."""
        return self._dropped_lines, self._dropped_invocations

    def start(self) -> None:
        self._flusher.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Write what is left, at most so many seconds; False when that was not enough."""
        return self._flusher.stop(timeout_s)

    def logged(self, function: Function, lines: Sequence[LogLine]) -> None:
        """Lines of one function, in order."""
        with self._lock:
            if self._waiting >= self._max_lines:
                self._dropped_lines += len(lines)
                return
            self._lines.append((function, lines))
            self._waiting += len(lines)
        self._flusher.notice()

    def finished(self, invocation: Invocation, outcome: Outcome) -> None:
        """One invocation is over."""
        row = invocation_row(invocation, outcome)
        with self._lock:
            if len(self._outcomes) >= MAX_INVOCATIONS:
                self._dropped_invocations += 1
                return
            self._outcomes.append(row)
        self._flusher.notice()

    def _flush(self) -> None:
        with self._lock:
            lines, self._lines = self._lines, []
            outcomes, self._outcomes = self._outcomes, []
            self._waiting = 0
        rows: list[LineRow] = [
            (function.logical_id, function.name, line.request_id, line.timestamp_ms, line.message)
            for function, group in lines
            for line in group
        ]
        if (rows or outcomes) and not self._file.write(rows, outcomes):
            with self._lock:
                self._dropped_lines += len(rows)
                self._dropped_invocations += len(outcomes)
        self._tell_dropped()

    def _tell_dropped(self) -> None:
        """At twice as many as last time, not at each."""
        if sum(self.dropped) > self._told * 2:
            self._told = sum(self.dropped)
            self._report(
                f"Telemetry cannot keep up: {self._dropped_lines} log lines and "
                f"{self._dropped_invocations} invocations were not recorded so far."
            )
