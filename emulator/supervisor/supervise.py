"""The supervisor: starts backend and systems in order, restarts what crashes, stops all in reverse.

Single-threaded on purpose: children die with the thread that started them, and one owner needs no locks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NoReturn

from emulator.backends import Backend
from emulator.errors import BackendError, TerrariumError
from emulator.model import Clock
from emulator.supervisor import machine, overview, run_state
from emulator.supervisor.keeper import BackendKeeper, SystemKeeper
from emulator.supervisor.leftovers import clear_leftovers
from emulator.supervisor.plan import Plan
from emulator.supervisor.process_identity import identify_all
from emulator.supervisor.progress import Step
from emulator.supervisor.run_state import RunningSystem, RunState
from emulator.supervisor.seeding import Seed, seed_of
from emulator.supervisor.startup import SystemStart, bring_up
from emulator.supervisor.system_child import STOP_S, SYSTEM_COMMAND, SystemChild
from emulator.supervisor.wanted_ports import wanted_ports

TICK_S = 0.25


class Supervisor:
    """Owns every process of a run. `start`, then `watch` until interrupted, then `stop`; all on one thread."""

    def __init__(
        self,
        plan: Plan,
        backend: Backend,
        clock: Clock,
        *,
        report: Callable[[Step], None],
        log: Callable[[str], None],
        command: Sequence[str] = SYSTEM_COMMAND,
        supervisor_pid: int,
    ) -> None:
        self._plan, self._backend, self._clock = plan, backend, clock
        self._report, self._log, self._command = report, log, command
        self._pid = supervisor_pid
        self._children: list[SystemChild] = []
        self._run: RunState | None = None

    def start(self) -> None:
        """Bring everything up. When it raises, everything that was started is stopped."""
        try:
            self._start()
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError) and error.errno in machine.STORAGE_ERRORS:
                raise machine.unwritable(self._plan.state, error) from error
            raise

    def watch(self) -> NoReturn:
        """Restart what ends until the thread is interrupted (KeyboardInterrupt)."""
        systems = [SystemKeeper(child, self._clock, self._log) for child in self._children]
        processes = self._run.backend_processes if self._run is not None else ()
        backend = BackendKeeper(self._backend, processes, self._clock, self._log)
        while True:
            restarted = backend.tick()
            # One that may have come back empty is provisioned again; else the systems go on where it left them.
            if restarted and not self._backend.keeps_data:
                for keeper in systems:
                    keeper.renew("the backend was started again")
            changed = [keeper.tick() for keeper in systems]
            if restarted or any(changed):
                self._save_problems(systems)
            self._clock.sleep(TICK_S)

    def stop(self) -> None:
        """Systems in reverse order, then the backend, then the state file; never raises."""
        for child in reversed(self._children):
            child.ask_to_stop()
        for child in reversed(self._children):
            child.stop(STOP_S)
            self._log(f"{child.spec.name} stopped")
        self._children = []
        if self._run is not None:
            try:
                self._backend.stop()
            except TerrariumError as error:
                self._log(f"the backend did not stop: {error}")
            with suppress(OSError):
                run_state.remove(self._plan.state)
            self._run = None

    def _start(self) -> None:
        self._check_machine()
        spec_of = {spec.name: replace(spec, endpoints=self._backend.endpoints) for spec in self._plan.systems}
        self._children = [SystemChild(spec, self._command) for spec in spec_of.values()]
        for child in self._children:  # they import while the backend starts
            child.start()
        self._run = self._save()
        self._start_backend()
        for child in self._children:
            child.go()
        bring_up([self._system_start(child) for child in self._children], self._clock)
        self._run = replace(self._run, ready=True)
        run_state.write(self._plan.state, self._run)

    def _check_machine(self) -> None:
        self._report(Step("machine", "running"))
        try:
            machine.check_state_folder(self._plan.state)
            clear_leftovers(self._plan.state, self._clock, self._log)
            machine.check_ports(wanted_ports(self._plan))
        except TerrariumError:
            self._report(Step("machine", "failed"))
            raise
        self._report(Step("machine", "done", "ports, disk and state folder are fine"))

    def _start_backend(self) -> None:
        self._report(Step("backend", "running", self._plan.backend))
        try:
            self._backend.start()
        except BackendError:
            self._report(Step("backend", "failed", self._plan.backend))
            raise
        endpoint = self._backend.endpoints.default
        self._run = self._save()
        where = f"{self._plan.backend} at {endpoint}" if endpoint else "AWS"
        self._report(Step("backend", "done", "; ".join([where, *overview.borrowed(self._run.by_service)])))

    def _system_start(self, child: SystemChild) -> SystemStart:
        return SystemStart(child, self._seed(child), self._report)

    def _seed(self, child: SystemChild) -> Seed | None:
        name = child.spec.name
        if self._run is None or name not in self._plan.own:
            return None
        return seed_of(self._run, name, self._plan.root, self._plan.state, self._plan.region)

    def _save(self) -> RunState:
        endpoints = self._backend.endpoints
        supervisor = identify_all([self._pid])
        run = RunState(
            supervisor=supervisor[0] if supervisor else None,
            backend=self._plan.backend,
            endpoint=endpoints.default,
            by_service=dict(endpoints.by_service),
            backend_processes=identify_all(self._backend.process_ids()),
            systems=tuple(_running(child, "") for child in self._children),
        )
        run_state.write(self._plan.state, run)
        return run

    def _save_problems(self, systems: Sequence[SystemKeeper]) -> None:
        assert self._run is not None
        self._run = replace(
            self._run,
            backend_processes=identify_all(self._backend.process_ids()),
            systems=tuple(_running(keeper.child, keeper.problem) for keeper in systems),
        )
        try:
            run_state.write(self._plan.state, self._run)
        except OSError as error:
            self._log(str(machine.unwritable(self._plan.state, error)))


def _running(child: SystemChild, problem: str) -> RunningSystem:
    spec = child.spec
    return RunningSystem(spec.name, str(spec.template), spec.port, child.process_id, problem)
