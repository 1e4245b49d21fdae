"""One run from start to end: lock, backend, supervisor, signals. The same in the foreground and in the daemon."""

from __future__ import annotations

import fcntl
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from emulator import backends
from emulator.backends import Backend
from emulator.clock import SystemClock
from emulator.errors import TerrariumError, UsageError
from emulator.supervisor import machine
from emulator.supervisor.interruption import signals_interrupt
from emulator.supervisor.plan import Plan
from emulator.supervisor.progress import Event, Failed, Ready, Step
from emulator.supervisor.supervise import Supervisor
from emulator.supervisor.system_child import SYSTEM_COMMAND

CreateBackend = Callable[[Plan, Callable[[str], None]], Backend]


def run(
    plan: Plan,
    tell: Callable[[Event], None],
    *,
    create: CreateBackend | None = None,
    command: Sequence[str] = SYSTEM_COMMAND,
    echo: Callable[[str], None] | None = None,
) -> int:
    """Run the plan until SIGINT or SIGTERM; returns the exit code. `tell` hears steps, then Ready or Failed; `echo`
    hears what happens afterwards."""
    log = _log_writer(plan.log, echo)
    try:
        machine.check_state_folder(plan.state)
        with _only_run(plan.state):
            return _run(plan, tell, create or create_backend, command, log)
    except TerrariumError as error:
        log(f"failed: {error}")
        tell(Failed(error.sentence()))
        return 1
    except Exception as error:  # noqa: BLE001 - the border: a user reads one sentence, the log has the traceback
        if machine.is_full(error):
            tell(Failed(machine.unwritable(plan.state, error).sentence()))
            return 1
        log(traceback.format_exc())
        tell(Failed(f"Terrarium itself failed: {type(error).__name__}: {error}. Please report it with {plan.log}"))
        return 1


def _run(
    plan: Plan,
    tell: Callable[[Event], None],
    create: CreateBackend,
    command: Sequence[str],
    log: Callable[[str], None],
) -> int:
    def report(step: Step) -> None:
        if step.detail or step.state != "running":
            log(f"{step.name}: {step.state}{' ' if step.detail else ''}{step.detail}")
        tell(step)

    backend = create(plan, lambda doing: report(Step("backend", "running", doing)))
    supervisor = Supervisor(
        plan, backend, SystemClock(), report=report, log=log, command=command, supervisor_pid=os.getpid()
    )
    with signals_interrupt():
        try:
            supervisor.start()
            tell(Ready())
            supervisor.watch()
        except KeyboardInterrupt:
            log("stopping")
            return 130
        finally:
            supervisor.stop()


def create_backend(plan: Plan, report: Callable[[str], None]) -> Backend:
    """The backend the plan names."""
    return backends.create(
        plan.backend,
        state=plan.state,
        port=plan.backend_port,
        endpoint=plan.endpoint,
        region=plan.region,
        report=report,
        lacking=plan.lacking,
    )


@contextmanager
def _only_run(state: Path) -> Iterator[None]:
    """Hold the state folder's lock; the kernel lets go of it however this process ends."""
    with (state / "run" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                "Terrarium is already starting or running",
                where=str(state),
                fix="`terrarium status` shows what runs, `terrarium down` stops it.",
            ) from None
        yield


def _log_writer(path: Path, echo: Callable[[str], None] | None) -> Callable[[str], None]:
    """Writes dated lines to the supervisor's log; a full disk must not end the supervisor."""

    def log(text: str) -> None:
        try:
            with path.open("a") as file:
                file.write(f"{datetime.now():%Y-%m-%d %H:%M:%S.%f} {text}\n")
        except OSError:
            pass  # there is no better place to say it; the run goes on
        if echo is not None:
            echo(text)

    return log
