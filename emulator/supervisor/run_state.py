"""The run as every other command sees it: `.terrarium/supervisor.json`, written by the supervisor alone.

A file whose supervisor is gone is stale: `leftovers` are the processes it may have left behind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from emulator.supervisor.process_identity import ProcessId

_FILE = "supervisor.json"


@dataclass(frozen=True, slots=True)
class RunningSystem:
    """One system of the run. `problem` is empty, or why it does not serve now."""

    name: str
    template: str
    port: int
    process: ProcessId | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RunState:
    """What runs: the supervisor, the backend (kind and endpoints) and the systems in order of their ports.

    `ready` turns true once everything has been healthy and seeded. `containers` means that Docker Compose, not a
    supervisor, keeps the systems running.
    """

    supervisor: ProcessId | None
    backend: str
    endpoint: str | None
    by_service: dict[str, str]
    backend_processes: tuple[ProcessId, ...] = ()
    systems: tuple[RunningSystem, ...] = ()
    ready: bool = False
    containers: bool = False

    def alive(self) -> bool:
        """True while the run goes on."""
        return self.containers or (self.supervisor is not None and self.supervisor.alive())

    def leftovers(self) -> tuple[ProcessId, ...]:
        """Processes of the run that are still there, systems first."""
        systems = tuple(system.process for system in self.systems if system.process is not None)
        return tuple(process for process in systems + self.backend_processes if process.alive())

    def with_system(self, changed: RunningSystem) -> RunState:
        """The same run with one system replaced."""
        systems = tuple(changed if system.name == changed.name else system for system in self.systems)
        return replace(self, systems=systems)


def read(state: Path) -> RunState | None:
    """The last run that was written, alive or stale; None when there is none (or a file no one can read)."""
    try:
        return _from_json(json.loads((state / _FILE).read_text()))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_alive(state: Path) -> RunState | None:
    """The run that goes on now."""
    found = read(state)
    return found if found is not None and found.alive() else None


def write(state: Path, run: RunState) -> None:
    """Replace the file in one step, so that a reader never sees half of it."""
    path = state / _FILE
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(_to_json(run), indent=2))
    draft.replace(path)


def remove(state: Path) -> None:
    """Forget the run."""
    (state / _FILE).unlink(missing_ok=True)


def _to_json(run: RunState) -> dict[str, Any]:
    return {
        "supervisor": _process_to_json(run.supervisor),
        "backend": {"kind": run.backend, "endpoint": run.endpoint, "by_service": run.by_service},
        "backend_processes": [_process_to_json(process) for process in run.backend_processes],
        "systems": [
            {
                "name": system.name,
                "template": system.template,
                "port": system.port,
                "process": _process_to_json(system.process),
                "problem": system.problem,
            }
            for system in run.systems
        ],
        "ready": run.ready,
        "containers": run.containers,
    }


def _from_json(raw: dict[str, Any]) -> RunState:
    return RunState(
        supervisor=_process_from_json(raw["supervisor"]),
        backend=raw["backend"]["kind"],
        endpoint=raw["backend"]["endpoint"],
        by_service=raw["backend"]["by_service"],
        backend_processes=tuple(filter(None, map(_process_from_json, raw["backend_processes"]))),
        systems=tuple(
            RunningSystem(one["name"], one["template"], one["port"], _process_from_json(one["process"]), one["problem"])
            for one in raw["systems"]
        ),
        ready=raw["ready"],
        containers=raw["containers"],
    )


def _process_to_json(process: ProcessId | None) -> dict[str, Any] | None:
    return None if process is None else {"pid": process.pid, "started": process.started}


def _process_from_json(raw: dict[str, Any] | None) -> ProcessId | None:
    return None if raw is None else ProcessId(raw["pid"], raw["started"])
