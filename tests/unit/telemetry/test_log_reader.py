"""`terrarium logs`: by function, by trace, and following."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emulator.telemetry import Recorder, follow_lines, read_lines
from tests.fakes.stacks import function
from tests.unit.telemetry.happenings import invocation, lines, outcome

API, WORKER = function("Api"), function("Worker")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two functions took part in order o-1, one line each carries its correlation id; request r-3 did not."""
    path = tmp_path / "telemetry.sqlite"
    recorder = Recorder(path)
    recorder.start()
    recorder.logged(WORKER, lines(WORKER, "r-2", "START r-2", '{"correlation_id": "o-1"}', "END r-2", at_ms=2000))
    recorder.logged(API, lines(API, "r-1", "START r-1", '{"correlation_id": "o-1"}', "END r-1", at_ms=1000))
    recorder.logged(API, lines(API, "r-3", "START r-3", '{"correlation_id": "o-2"}', "END r-3", at_ms=3000))
    recorder.finished(invocation("r-3", "Api", "Root=1-33-cc;Parent=1;Sampled=0"), outcome("r-3"))
    recorder.stop()
    return path


def messages(recorded: Iterator[object]) -> list[str]:
    return [line.message for line in recorded]  # type: ignore[attr-defined]


def test_lines_come_in_the_order_of_time(path: Path) -> None:
    assert [line.timestamp_ms for line in read_lines(path)] == [
        *range(1000, 1003),
        *range(2000, 2003),
        *range(3000, 3003),
    ]


@pytest.mark.parametrize("name", ["Worker", "demo-Worker"])
def test_function_is_named_by_logical_id_or_name(path: Path, name: str) -> None:
    assert {line.request_id for line in read_lines(path, function=name)} == {"r-2"}


def test_correlation_id_gives_all_lines_of_every_invocation_that_logged_it(path: Path) -> None:
    found = list(read_lines(path, trace="o-1"))
    assert [line.function for line in found] == ["Api"] * 3 + ["Worker"] * 3
    assert found[0].message == "START r-1"
    assert found[-1].message == "END r-2"


@pytest.mark.parametrize("trace", ["1-33-cc", "Root=1-33-cc;Parent=1;Sampled=0", "r-3"])
def test_trace_id_and_request_id_give_the_lines_of_their_invocation(path: Path, trace: str) -> None:
    assert messages(read_lines(path, trace=trace)) == ["START r-3", '{"correlation_id": "o-2"}', "END r-3"]


def test_trace_that_nobody_logged_gives_nothing(path: Path) -> None:
    assert list(read_lines(path, trace="%")) == []


def test_newest_lines_only(path: Path) -> None:
    assert messages(read_lines(path, last=2)) == ['{"correlation_id": "o-2"}', "END r-3"]


def test_nothing_recorded_yet_is_not_an_error(tmp_path: Path) -> None:
    assert list(read_lines(tmp_path / "telemetry.sqlite")) == []


class Script:
    """Runs one step at each wait of a follower, then ends it."""

    def __init__(self, path: Path, *steps: Callable[[Recorder], None]) -> None:
        self._path, self._steps = path, list(steps)

    def __call__(self, seconds: float) -> bool:
        if not self._steps:
            return False
        recorder = Recorder(self._path)
        recorder.start()
        self._steps.pop(0)(recorder)
        return recorder.stop()


def log(of: object, request_id: str, *texts: str) -> Callable[[Recorder], None]:
    return lambda recorder: recorder.logged(of, lines(of, request_id, *texts, at_ms=4000))  # type: ignore[arg-type]


def test_following_gives_the_last_lines_and_then_each_new_one_once(path: Path) -> None:
    script = Script(path, log(API, "r-4", "one"), lambda recorder: None, log(WORKER, "r-5", "two"))
    assert messages(follow_lines(path, last=1, wait=script)) == ["END r-3", "one", "two"]


def test_following_begins_before_anything_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "telemetry.sqlite"
    assert messages(follow_lines(path, wait=Script(path, log(API, "r-1", "first")))) == ["first"]


def test_following_one_function(path: Path) -> None:
    script = Script(path, log(API, "r-4", "api"), log(WORKER, "r-5", "worker"))
    assert messages(follow_lines(path, function="Worker", last=0, wait=script)) == ["worker"]


def test_following_a_trace_gives_earlier_lines_of_an_invocation_once_it_belongs(path: Path) -> None:
    script = Script(
        path,
        log(WORKER, "r-4", "START r-4"),
        log(WORKER, "r-4", "this is o-1"),
        log(API, "r-5", "another"),
        log(WORKER, "r-4", "END r-4"),
    )
    found = messages(follow_lines(path, trace="o-1", wait=script))
    assert found[6:] == ["START r-4", "this is o-1", "END r-4"]
