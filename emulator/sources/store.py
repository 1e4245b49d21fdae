"""The small SQLite file in which the sources of one stack remember what is acknowledged.

A transaction that returned survives `kill -9` of the process (WAL, synchronous=NORMAL).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from emulator.errors import DiskFullError

_T = TypeVar("_T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS mappings (
    mapping TEXT, stream_arn TEXT, since_s REAL NOT NULL, PRIMARY KEY (mapping, stream_arn)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shards (
    mapping TEXT, stream_arn TEXT, shard_id TEXT, sequence TEXT, finished INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (mapping, stream_arn, shard_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS windows (
    mapping TEXT, stream_arn TEXT, shard_id TEXT, lane INTEGER, start_s INTEGER, end_s INTEGER, state TEXT,
    sequence TEXT, PRIMARY KEY (mapping, stream_arn, shard_id, lane)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS async_functions (logical_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS async_events (
    message_id TEXT PRIMARY KEY, failures INTEGER NOT NULL DEFAULT 0, throttles INTEGER NOT NULL DEFAULT 0,
    deliveries TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relays (queue TEXT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS async_in_hand (
    message_id TEXT PRIMARY KEY, receipt_handle TEXT NOT NULL, url TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS schedule_plans (
    schedule TEXT PRIMARY KEY, timetable TEXT NOT NULL, created_s REAL NOT NULL, scheduled_s REAL, due_s REAL
    ) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS schedule_firings (
    schedule TEXT, scheduled_s REAL, began_s REAL NOT NULL, attempts INTEGER NOT NULL, due_s REAL NOT NULL,
    PRIMARY KEY (schedule, scheduled_s)) WITHOUT ROWID;
"""


class Store:
    """One connection, used by all threads of the sources in turn."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = self._run(self._open)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=10)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.executescript(_SCHEMA)
        return connection

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._run(lambda: self._connection.execute(sql, values).fetchall())

    def write(self, sql: str, *values: Any) -> int:
        """Run one statement in its own transaction; how many rows it changed."""
        with self._lock:
            return self._run(lambda: self._connection.execute(sql, values).rowcount)

    def write_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for every row, all in one transaction."""
        with self._lock:
            self._run(lambda: self._in_transaction(sql, rows))

    def _in_transaction(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.executemany(sql, rows)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _run(self, step: Callable[[], _T]) -> _T:
        try:
            return step()
        except sqlite3.OperationalError as error:
            raise DiskFullError(
                "What was acknowledged cannot be written down, so the sources stand still",
                where=str(self._path),
                found=str(error),
                fix="Free some space; records are then delivered again.",
            ) from error
