"""What is recorded can be read, by several writers, within bounds, whatever the disk does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.telemetry import Recorder, read_invocations, read_lines
from emulator.telemetry.telemetry_file import TelemetryFile, trim
from tests.fakes.stacks import function
from tests.fakes.waiting import wait_for
from tests.unit.telemetry.happenings import CALL, invocation, lines, outcome


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "telemetry.sqlite"


@pytest.fixture
def recorder(path: Path) -> Iterator[Recorder]:
    recorder = Recorder(path)
    recorder.start()
    yield recorder
    recorder.stop()


def test_invocation_and_its_aws_calls_are_read_back(recorder: Recorder, path: Path) -> None:
    recorder.finished(invocation(), outcome(init_ms=120.0, memory_used_mb=64, calls=(CALL,)))
    recorder.stop()
    (recorded,) = read_invocations(path)
    assert recorded.function == "Worker"
    assert recorded.function_name == "demo-Worker"
    assert (recorded.request_id, recorded.trace_id, recorded.trigger) == ("request-1", "Root=1-a-b", "http")
    assert (recorded.started_ms, recorded.init_ms, recorded.duration_ms) == (1000, 120.0, 2.5)
    assert (recorded.memory_limit_mb, recorded.memory_used_mb, recorded.outcome) == (128, 64, "returned")
    assert (recorded.error_type, recorded.error_message) == (None, None)
    assert recorded.calls == (CALL,)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b'{"errorType":"ValueError","errorMessage":"no"}', ("ValueError", "no")),
        (b'{"errorMessage":7}', (None, "7")),
        (b"\xff", (None, "\ufffd")),
        (b"[1]", (None, "[1]")),
    ],
)
def test_error_of_a_failed_invocation_is_recorded(
    recorder: Recorder, path: Path, payload: bytes, expected: tuple[str | None, str]
) -> None:
    recorder.finished(invocation(), outcome(kind="raised", payload=payload))
    recorder.stop()
    (recorded,) = read_invocations(path)
    assert (recorded.error_type, recorded.error_message) == expected


def test_newest_invocations_only(recorder: Recorder, path: Path) -> None:
    for number in range(5):
        recorder.finished(invocation(f"request-{number}"), outcome())
    recorder.stop()
    assert [each.request_id for each in read_invocations(path, last=2)] == ["request-3", "request-4"]
    assert [each.request_id for each in read_invocations(path, after_id=4)] == ["request-4"]


def test_lines_appear_while_the_recorder_runs(recorder: Recorder, path: Path) -> None:
    recorder.logged(function(), lines(function(), "request-1", "hello"))
    assert wait_for(lambda: [line.message for line in read_lines(path)] == ["hello"])


def test_any_text_is_kept(recorder: Recorder, path: Path) -> None:
    recorder.logged(function(), lines(function(), "request-1", "nul \0 in it", "é 😀", "x" * 300_000))
    recorder.stop()
    assert [len(line.message) for line in read_lines(path)] == [11, 3, 300_000]


def test_two_processes_write_the_same_file(path: Path) -> None:
    recorders = [Recorder(path), Recorder(path)]
    for recorder in recorders:
        recorder.start()
    for number in range(200):
        for recorder in recorders:
            recorder.logged(function(), lines(function(), f"request-{number}", "a", "b"))
    assert all(recorder.stop() for recorder in recorders)
    assert len(list(read_lines(path))) == 800


def test_lines_beyond_the_bound_are_dropped_and_counted(path: Path) -> None:
    reports: list[str] = []
    recorder = Recorder(path, report=reports.append, max_lines=10)
    for _ in range(30):
        recorder.logged(function(), lines(function(), "request-1", "a"))
    assert recorder.dropped == (20, 0)
    recorder.start()
    assert wait_for(lambda: reports)
    recorder.stop()
    assert len(list(read_lines(path))) == 10
    assert "20 log lines" in reports[0]


def test_file_that_cannot_be_written_is_said_once_and_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("")
    reports: list[str] = []
    recorder = Recorder(tmp_path / "occupied" / "telemetry.sqlite", report=reports.append)
    recorder.start()
    recorder.logged(function(), lines(function(), "request-1", "a"))
    assert wait_for(lambda: recorder.dropped == (1, 0))
    recorder.logged(function(), lines(function(), "request-1", "b"))
    assert wait_for(lambda: recorder.dropped == (2, 0))
    assert recorder.stop()
    assert len([report for report in reports if "cannot be written" in report]) == 1


def test_full_disk_is_said_once_and_recording_goes_on_when_there_is_space(path: Path) -> None:
    reports: list[str] = []
    file = TelemetryFile(path, reports.append)
    row = ("Worker", "demo-Worker", "request-1", 1000, "x" * 100_000)
    assert file.write([row], [])
    connection = file._open()
    connection.execute("PRAGMA max_page_count = 30")
    assert not file.write([row], [])
    file._open().execute("PRAGMA max_page_count = 30")
    assert not file.write([row], [])
    assert len(reports) == 1
    assert "full" in reports[0]
    assert file.write([row], [])
    assert "recorded again" in reports[1]
    file.close()


def test_oldest_are_deleted_beyond_the_limits(recorder: Recorder, path: Path) -> None:
    recorder.logged(function(), lines(function(), "request-1", *(str(number) for number in range(10))))
    recorder.stop()
    with sqlite3.connect(path) as connection:
        trim(connection, keep_lines=3)
    assert [line.message for line in read_lines(path)] == ["7", "8", "9"]


def test_half_is_deleted_when_the_file_grows_too_large(recorder: Recorder, path: Path) -> None:
    recorder.logged(function(), lines(function(), "request-1", *(["x" * 10_000] * 100)))
    recorder.stop()
    with sqlite3.connect(path) as connection:
        trim(connection, keep_bytes=500_000)
    assert 40 <= len(list(read_lines(path))) <= 60
