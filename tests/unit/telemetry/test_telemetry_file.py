"""The telemetry file's writer: whatever number of rows comes, each is kept once."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from emulator.telemetry.telemetry_file import LineRow, TelemetryFile


@pytest.mark.parametrize("count", [0, 1, 2, 255, 256, 257, 1_000])
def test_rows_of_any_number_are_kept_once_and_in_order(tmp_path: Path, count: int) -> None:
    file = TelemetryFile(tmp_path / "telemetry.sqlite", report=print)
    lines: list[LineRow] = [("Hello", "app-Hello", "r", 0, str(number)) for number in range(count)]
    assert file.write(lines, [])
    file.close()
    with sqlite3.connect(tmp_path / "telemetry.sqlite") as kept:
        assert [message for (message,) in kept.execute("SELECT message FROM lines ORDER BY id")] == [
            str(number) for number in range(count)
        ]
