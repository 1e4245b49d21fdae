"""Restarting with back-off, on a clock that the test moves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from emulator.clock import SystemClock
from emulator.errors import BackendUnavailableError
from emulator.model import Endpoints
from emulator.supervisor.backoff import CAP_S, Backoff
from emulator.supervisor.keeper import UNHEALTHY_FOR_S, BackendKeeper
from emulator.supervisor.leftovers import wait_until_gone
from emulator.supervisor.process_identity import ProcessId, identify
from emulator.supervisor.run_state import RunningSystem, RunState, read, read_alive, write
from tests.fakes.moved_clock import MovedClock


class SilentBackend:
    """A backend without processes of ours that can stop answering and refuse to start."""

    kind, keeps_data = "external", True
    endpoints = Endpoints()

    def __init__(self) -> None:
        self.answers, self.startable, self.starts = True, True, 0

    def start(self) -> None:
        self.starts += 1
        if not self.startable:
            raise BackendUnavailableError("The backend does not start")
        self.answers = True

    def healthy(self) -> bool:
        return self.answers

    def restart(self) -> None:
        self.start()

    def stop(self) -> None:
        pass

    def wipe(self) -> None:
        pass

    def process_ids(self) -> tuple[int, ...]:
        return ()


def test_first_crash_is_mended_at_once_and_further_ones_ever_later() -> None:
    backoff, delays = Backoff(), []
    for second in range(12):
        backoff = backoff.after_crash(float(second))
        delays.append(backoff.delay_s)

    assert delays[:4] == [0.0, 0.2, 0.4, 0.8]
    assert delays[-1] == CAP_S


def test_crash_after_a_quiet_minute_counts_as_the_first() -> None:
    backoff = Backoff().after_crash(0.0).after_crash(1.0).after_crash(100.0)

    assert backoff.delay_s == 0.0


def test_backend_that_is_silent_for_a_moment_is_left_alone() -> None:
    clock, backend, log = MovedClock(), SilentBackend(), list[str]()
    keeper = BackendKeeper(backend, (), clock, log.append)

    backend.answers = False
    watch(keeper, clock, UNHEALTHY_FOR_S / 2)
    backend.answers = True
    watch(keeper, clock, UNHEALTHY_FOR_S)

    assert backend.starts == 0


def test_backend_that_stays_silent_is_started_again() -> None:
    clock, backend, log = MovedClock(), SilentBackend(), list[str]()
    keeper = BackendKeeper(backend, (), clock, log.append)

    backend.answers = False
    watch(keeper, clock, UNHEALTHY_FOR_S + 10)

    assert backend.starts == 1
    assert "has not answered for 30 s" in log[0]
    assert "answers again" in log[-1]


def test_backend_that_does_not_start_is_tried_again_ever_later() -> None:
    clock, backend, log = MovedClock(), SilentBackend(), list[str]()
    keeper = BackendKeeper(backend, (), clock, log.append)

    backend.answers = backend.startable = False
    watch(keeper, clock, UNHEALTHY_FOR_S + 120)

    assert 5 < backend.starts < 20
    backend.startable = True
    watch(keeper, clock, CAP_S + 1)
    assert backend.answers


def watch(keeper: BackendKeeper, clock: MovedClock, seconds: float) -> None:
    end = clock.monotonic() + seconds
    while clock.monotonic() < end:
        keeper.tick()
        clock.sleep(0.25)


def test_process_with_the_same_pid_but_another_start_is_somebody_else() -> None:
    own = identify(os.getpid())

    assert own is not None
    assert own.alive()
    assert not ProcessId(own.pid, "long ago").alive()


def test_ended_process_is_gone_before_anybody_waited_for_it() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = identify(process.pid)
    assert identity is not None

    identity.signal(signal.SIGKILL)

    assert wait_until_gone([identity], SystemClock(), 5.0)
    process.communicate()


def test_waiting_for_a_process_that_stays_ends_at_the_deadline() -> None:
    own = identify(os.getpid())
    assert own is not None

    assert not wait_until_gone([own], MovedClock(), 60.0)


def test_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    own = identify(os.getpid())
    system = RunningSystem("shop", "/shop/template.yaml", 3001, own, "it crashed")
    run = RunState(own, "embedded", "http://127.0.0.1:4566", {"cognito-idp": "http://127.0.0.1:4567"}, (), (system,))

    write(tmp_path, run)

    assert read(tmp_path) == read_alive(tmp_path) == run


def test_run_of_a_killed_supervisor_is_not_alive(tmp_path: Path) -> None:
    write(tmp_path, RunState(ProcessId(os.getpid(), "long ago"), "embedded", None, {}))

    assert read(tmp_path) is not None
    assert read_alive(tmp_path) is None


def test_unreadable_state_file_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "supervisor.json").write_text('{"supervisor":')

    assert read(tmp_path) is None
