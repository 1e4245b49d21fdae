"""What functions logged, for `terrarium logs`: by function, by trace, and as it comes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

POLL_S = 0.2


def open_for_reading(path: Path) -> sqlite3.Connection | None:
    """None while nothing was recorded yet."""
    if not path.exists():
        return None
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5, isolation_level=None)
    # A function may log anything, also what is not UTF-8.
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('lines', 'invocations')")
    if tables.fetchone() == (2,):
        return connection
    connection.close()
    return None


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """One line as it was written. `id` grows in the order of recording."""

    id: int
    function: str
    function_name: str
    request_id: str
    timestamp_ms: int
    message: str


def read_lines(
    path: Path, *, function: str | None = None, trace: str | None = None, last: int | None = None
) -> Iterator[RecordedLine]:
    """Recorded lines in the order of time; of the newest `last` only, where given.

    function: logical id or name. trace: a trace id, a request id, or any text, such as a correlation id, that
    stands in some line: all lines of those invocations are given, whatever function wrote them.
    """
    with _Reader(path, function, trace) as reader:
        lines = sorted(reader.new_lines(last), key=lambda line: (line.timestamp_ms, line.id))
    yield from lines if last is None else lines[-last:]


def follow_lines(
    path: Path,
    *,
    function: str | None = None,
    trace: str | None = None,
    last: int = 10,
    wait: Callable[[float], bool],
) -> Iterator[RecordedLine]:
    """The last lines, then new ones as they are recorded; `wait(seconds)` ends it by answering False."""
    with _Reader(path, function, trace) as reader:
        first: int | None = last
        while True:
            yield from sorted(reader.new_lines(first), key=lambda line: (line.timestamp_ms, line.id))
            first = None
            if not wait(POLL_S):
                return


class _Reader:
    """Remembers how far it has read and which requests belong to the trace."""

    def __init__(self, path: Path, function: str | None, trace: str | None) -> None:
        self._path, self._function, self._trace = path, function, trace
        self._connection: sqlite3.Connection | None = None
        self._line_id = self._invocation_id = 0
        self._version = -1
        self._requests: set[str] = set()

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def new_lines(self, last: int | None = None) -> list[RecordedLine]:
        """Matching lines recorded since the last call."""
        if not self._changed():
            return []
        # One transaction: what is recorded between two of its queries is seen by the next call.
        self._query("BEGIN")
        try:
            if self._trace is not None:
                lines = self._lines_of_trace(self._trace)
            else:
                where, values = self._of_function()
                lines = self._lines(f"id > ? AND {where}", [self._line_id, *values], last)
            self._line_id = self._last_id("lines")
            self._invocation_id = self._last_id("invocations")
        finally:
            self._query("COMMIT")
        return lines

    def _changed(self) -> bool:
        """Whether anybody wrote since the last look: cheap enough to ask five times a second."""
        if self._connection is None:
            self._connection = open_for_reading(self._path)
        if self._connection is None:
            return False
        ((version,),) = self._query("PRAGMA data_version")
        changed, self._version = version != self._version, version
        return bool(changed)

    def _lines_of_trace(self, trace: str) -> list[RecordedLine]:
        known = set(self._requests)
        self._find_requests(trace)
        where, values = self._of_function()
        fresh = self._requests - known
        # Whatever an invocation logged before it was known to belong to the trace belongs to it, too.
        lines = [line for line in self._lines(where, values) if line.request_id in fresh] if fresh else []
        if known:
            later = self._lines(f"id > ? AND {where}", [self._line_id, *values])
            lines += [line for line in later if line.request_id in known]
        return lines

    def _find_requests(self, trace: str) -> None:
        sql = "SELECT request_id FROM invocations WHERE id > ? AND (request_id = ? OR instr(trace_id, ?))"
        found = self._query(sql, [self._invocation_id, trace, trace])
        sql = "SELECT DISTINCT request_id FROM lines WHERE id > ? AND (request_id = ? OR instr(message, ?))"
        found += self._query(sql, [self._line_id, trace, trace])
        self._requests.update(row[0] for row in found)

    def _of_function(self) -> tuple[str, list[Any]]:
        if self._function is None:
            return "1", []
        return "(function = ? OR function_name = ?)", [self._function, self._function]

    def _lines(self, where: str, values: Iterable[Any], last: int | None = None) -> list[RecordedLine]:
        limit = "" if last is None else f"LIMIT {int(last)}"
        rows = self._query(
            "SELECT id, function, function_name, request_id, timestamp_ms, message "
            f"FROM lines WHERE {where} ORDER BY id DESC {limit}",
            values,
        )
        return [RecordedLine(*row) for row in rows]

    def _last_id(self, table: str) -> int:
        return int(self._query(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0])

    def _query(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        assert self._connection is not None
        return self._connection.execute(sql, list(values)).fetchall()
