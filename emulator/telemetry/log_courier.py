"""Ships what functions logged to CloudWatch Logs on the backend, off the hot path and within bounds.

A local emulator keeps log events in memory and parses each on the machine the functions run on. So shipping has a
budget: what exceeds it is left out here, counted and said in the log stream itself. `terrarium logs` has it all.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from emulator.errors import TerrariumError
from emulator.model import Clock, Function, Invocation, LogLine, Outcome
from emulator.telemetry.flusher import Flusher

FLUSH_S = 1.0
AWAY_S = 5.0
LINES_PER_S = 500
BURST_LINES = 5_000
MAX_WAITING = 10_000
"""What is shipped: about eighty invocations a second for ever, or a short burst of more."""

Event = tuple[int, str]


class LogShipper(Protocol):
    """CloudWatch Logs. Raises BackendUnavailableError and other TerrariumErrors."""

    def ensure_group(self, name: str) -> None:
        """Create the log group where it is absent."""

    def put(self, group: str, stream: str, events: Sequence[Event]) -> None:
        """Append events (time in ms, message), however many; creates the stream where it is absent."""


class LogCourier:
    """Implements model.Observer. Never blocks a function; loses lines rather than memory."""

    def __init__(self, shipper: LogShipper, clock: Clock, report: Callable[[str], None]) -> None:
        self._shipper, self._clock, self._report = shipper, clock, report
        self._lock = threading.Lock()
        self._waiting: dict[str, list[Event]] = {}
        self._waiting_count = 0
        self._left_out: dict[str, int] = {}
        self._streams: dict[str, str] = {}
        self._groups: set[str] = set()
        self._budget = float(BURST_LINES)
        self._filled_at = clock.monotonic()
        self._away = False
        self._flusher = Flusher("log-courier", self._ship, lambda: AWAY_S if self._away else FLUSH_S)
        self.left_out = 0

    def start(self) -> None:
        self._flusher.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Ship what is waiting, at most so many seconds; False when that was not enough."""
        return self._flusher.stop(timeout_s)

    def logged(self, function: Function, lines: Sequence[LogLine]) -> None:
        if function.log_group:
            self.ship(function.log_group, [(line.timestamp_ms, line.message) for line in lines])

    def ship(self, group: str, events: Sequence[Event]) -> None:
        """All of these events or none: half an invocation's log misleads."""
        with self._lock:
            self._refill()
            if len(events) > self._budget or self._waiting_count >= MAX_WAITING:
                self._left_out[group] = self._left_out.get(group, 0) + len(events)
                self.left_out += len(events)
            else:
                self._budget -= len(events)
                self._waiting.setdefault(group, []).extend(events)
                self._waiting_count += len(events)
        self._flusher.notice()

    def finished(self, invocation: Invocation, outcome: Outcome) -> None:
        """Nothing to ship: the REPORT line is a line."""

    def _refill(self) -> None:
        now = self._clock.monotonic()
        self._budget = min(BURST_LINES, self._budget + (now - self._filled_at) * LINES_PER_S)
        self._filled_at = now

    def _ship(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            self._waiting_count = 0
            left_out, self._left_out = self._left_out, {}
        for group, count in left_out.items():
            now_ms = int(self._clock.now() * 1000)
            note = f"[terrarium] {count} lines were not shipped to this log group; `terrarium logs` has them."
            waiting.setdefault(group, []).append((now_ms, note))
        for group, events in waiting.items():
            self._ship_group(group, events)

    def _ship_group(self, group: str, events: list[Event]) -> None:
        # PutLogEvents wants them in the order of time; lines of parallel invocations come mixed.
        events.sort(key=lambda event: event[0])
        try:
            if group not in self._groups:
                self._shipper.ensure_group(group)
                self._groups.add(group)
            self._shipper.put(group, self._stream(group), events)
            self._away = False
        except TerrariumError as error:
            self._lost(group, len(events), error)

    def _lost(self, group: str, count: int, error: TerrariumError) -> None:
        self._groups.discard(group)
        with self._lock:
            self._left_out[group] = self._left_out.get(group, 0) + count
            self.left_out += count
        self._flusher.notice()
        if not self._away:
            self._away = True
            self._report(f"Logs are not shipped to {group} for now: {error}")

    def _stream(self, group: str) -> str:
        """Named as Lambda names it; one for each group, day and run of this process."""
        day = datetime.fromtimestamp(self._clock.now(), UTC).strftime("%Y/%m/%d")
        stream = self._streams.get(group)
        if stream is None or not stream.startswith(day):
            stream = self._streams[group] = f"{day}/[$LATEST]{uuid.uuid4().hex}"
        return stream
