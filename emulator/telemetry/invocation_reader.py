"""What was invoked and how it ended, for the console, the cost meter and the permission report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.model import AwsCall
from emulator.telemetry.log_reader import open_for_reading


@dataclass(frozen=True, slots=True)
class RecordedInvocation:
    """One invocation as it was recorded. `function` is the logical id, `outcome` an OutcomeKind."""

    id: int
    function: str
    function_name: str
    request_id: str
    trace_id: str
    trigger: str
    started_ms: int
    init_ms: float | None
    duration_ms: float
    memory_limit_mb: int
    memory_used_mb: int
    outcome: str
    error_type: str | None
    error_message: str | None
    calls: tuple[AwsCall, ...]


def read_invocations(path: Path, *, after_id: int = 0, last: int | None = None) -> Iterator[RecordedInvocation]:
    """Invocations in the order of recording; of the newest `last` only, where given."""
    connection = open_for_reading(path)
    if connection is None:
        return
    try:
        rows = connection.execute(
            "SELECT * FROM (SELECT id, function, function_name, request_id, trace_id, trigger, started_ms, init_ms, "
            "duration_ms, memory_limit_mb, memory_used_mb, outcome, error_type, error_message, calls "
            "FROM invocations WHERE id > ? ORDER BY id DESC LIMIT ?) ORDER BY id",
            (after_id, -1 if last is None else last),
        )
        for row in rows:
            values: tuple[Any, ...] = (*row[:-1], tuple(AwsCall(**call) for call in json.loads(row[-1])))
            yield RecordedInvocation(*values)
    finally:
        connection.close()
