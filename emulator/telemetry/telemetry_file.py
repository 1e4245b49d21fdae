"""The one SQLite file in which everything that happened is kept: its tables, writing, and how much is kept.

Readers are in log_reader.py and invocation_reader.py. All system processes write the same file (WAL).
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from emulator.model import Invocation, Outcome

LineRow = tuple[str, str, str, int, str]
"""Function's logical id, its name, request id, time in ms, message."""
InvocationRow = tuple[Any, ...]
"""The columns of `invocations` after `id`; error and calls are still as the runtime gave them."""

KEEP_LINES = 500_000
KEEP_INVOCATIONS = 200_000
KEEP_BYTES = 512 * 1024 * 1024
TRIM_EVERY_S = 30.0
_ROWS_AT_ONCE = 256
_LONGEST_ERROR = 262_144

_SCHEMA = """
CREATE TABLE IF NOT EXISTS lines (
    id INTEGER PRIMARY KEY, function TEXT NOT NULL, function_name TEXT NOT NULL, request_id TEXT NOT NULL,
    timestamp_ms INTEGER NOT NULL, message TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS invocations (
    id INTEGER PRIMARY KEY, function TEXT NOT NULL, function_name TEXT NOT NULL, request_id TEXT NOT NULL,
    trace_id TEXT NOT NULL, trigger TEXT NOT NULL, started_ms INTEGER NOT NULL, init_ms REAL,
    duration_ms REAL NOT NULL, memory_limit_mb INTEGER NOT NULL, memory_used_mb INTEGER NOT NULL,
    outcome TEXT NOT NULL, error_type TEXT, error_message TEXT, calls TEXT NOT NULL);
"""
_LINE_COLUMNS = ("function", "function_name", "request_id", "timestamp_ms", "message")
_INVOCATION_COLUMNS = (
    "function", "function_name", "request_id", "trace_id", "trigger", "started_ms", "init_ms", "duration_ms",
    "memory_limit_mb", "memory_used_mb", "outcome", "error_type", "error_message", "calls",
)  # fmt: skip


def invocation_row(invocation: Invocation, outcome: Outcome) -> InvocationRow:
    """What is kept of an invocation; called on the hot path, so parsing waits for the writer."""
    function = invocation.function
    return (
        function.logical_id,
        function.name,
        invocation.request_id,
        invocation.trace_id,
        invocation.trigger,
        outcome.started_ms,
        outcome.init_ms,
        outcome.duration_ms,
        function.memory_mb,
        outcome.memory_used_mb,
        outcome.kind,
        outcome.payload[:_LONGEST_ERROR] if outcome.failed else None,
        None,
        outcome.calls,
    )


class TelemetryFile:
    """Used by the writer's thread only. A full disk or a locked file is said once and never raised."""

    def __init__(self, path: Path, report: Callable[[str], None]) -> None:
        self._path, self._report = path, report
        self._connection: sqlite3.Connection | None = None
        self._broken = False
        self._trim_at = time.monotonic() + TRIM_EVERY_S

    def write(self, lines: Sequence[LineRow], invocations: Sequence[InvocationRow]) -> bool:
        """Write all in one transaction; False when that is not possible now."""
        try:
            connection = self._open()
            with connection:
                # Few, large statements: each one gives the interpreter away once, not once for each row.
                _insert(connection, "lines", _LINE_COLUMNS, lines)
                _insert(connection, "invocations", _INVOCATION_COLUMNS, [_as_stored(row) for row in invocations])
            if time.monotonic() >= self._trim_at:
                self._trim_at = time.monotonic() + TRIM_EVERY_S
                trim(connection)
        except (sqlite3.Error, OSError) as error:
            self._tell(error)
            return False
        if self._broken:
            self._broken = False
            self._report(f"Telemetry is recorded again ({self._path}).")
        return True

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=5, isolation_level="IMMEDIATE")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.executescript(_SCHEMA)
            self._connection = connection
        return self._connection

    def _tell(self, error: Exception) -> None:
        self.close()
        if not self._broken:
            self._broken = True
            self._report(
                f"Telemetry cannot be written ({self._path}); found {error}. Logs and invocations are not recorded "
                "until it can be; functions go on. Free some space."
            )


def _insert(connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    one = f"({','.join('?' * len(columns))})"
    for group in _groups(rows):
        values = ",".join([one] * len(group))
        connection.execute(
            f"INSERT INTO {table} ({','.join(columns)}) VALUES {values}", list(chain.from_iterable(group))
        )


def _groups(rows: Sequence[Sequence[Any]]) -> Iterator[Sequence[Sequence[Any]]]:
    """In powers of two: a statement for each number of rows would stay compiled, 26 MB after 15,000 requests."""
    begin = 0
    while begin < len(rows):
        size = min(_ROWS_AT_ONCE, 1 << (len(rows) - begin).bit_length() - 1)
        yield rows[begin : begin + size]
        begin += size


def _as_stored(row: InvocationRow) -> InvocationRow:
    payload, calls = row[11], row[13]
    # A JSON list of objects with the fields of model.AwsCall.
    text = json.dumps([{name: getattr(call, name) for name in call.__slots__} for call in calls]) if calls else "[]"
    return (*row[:11], *(_error(payload) if payload is not None else (None, None)), text)


def _error(payload: bytes) -> tuple[str | None, str | None]:
    """errorType and errorMessage of a failed invocation's answer."""
    try:
        answer = json.loads(payload)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        return None, payload.decode("utf-8", "replace")
    kind, message = answer.get("errorType"), answer.get("errorMessage")
    return None if kind is None else str(kind), None if message is None else str(message)


def trim(
    connection: sqlite3.Connection,
    keep_lines: int = KEEP_LINES,
    keep_invocations: int = KEEP_INVOCATIONS,
    keep_bytes: int = KEEP_BYTES,
) -> None:
    """Delete the oldest beyond the limits. The file does not shrink; its pages are used again."""
    with connection:
        for table, keep in (("lines", keep_lines), ("invocations", keep_invocations)):
            connection.execute(f"DELETE FROM {table} WHERE id <= (SELECT max(id) FROM {table}) - ?", (keep,))
        ((used,),) = connection.execute(
            "SELECT (page_count - freelist_count) * page_size "
            "FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
        )
        if used > keep_bytes:
            for table in ("lines", "invocations"):
                connection.execute(
                    f"DELETE FROM {table} WHERE id <= (SELECT min(id) + (max(id) - min(id)) / 2 FROM {table})"
                )
