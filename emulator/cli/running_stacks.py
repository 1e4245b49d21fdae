"""The stacks that run now, with what each created, for commands that look at their resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emulator.cli.context import Here
from emulator.cloud import Clients
from emulator.errors import UsageError
from emulator.model import Endpoints
from emulator.supervisor import health


@dataclass(frozen=True, slots=True)
class RunningStack:
    """`system` is the name people use, `stack` the one in its resources' names. `resources`: logical -> physical id."""

    system: str
    stack: str
    resources: Mapping[str, str]


def running_stacks(place: Here, name: str | None = None) -> list[RunningStack]:
    """All of them, or the one called `name`; raises UsageError when it does not run or one does not answer."""
    run = place.running()
    systems = [system for system in run.systems if name in (None, system.name)]
    if not systems:
        names = ", ".join(system.name for system in run.systems) or "nothing"
        raise UsageError(f"There is no stack {name}", found=names, fix="Name a running one, or start it.")
    found: list[RunningStack] = []
    for system in systems:
        answer = health.status(system.port)
        if answer is None:
            raise UsageError(f"System {system.name} does not answer", fix="`terrarium status` shows how it is.")
        found.append(RunningStack(system.name, str(answer.get("stack", system.name)), answer.get("resources", {})))
    return found


def clients(place: Here) -> Clients:
    """The SDK's clients for the backend of the run."""
    run, chosen = place.running(), place.settings
    return Clients(Endpoints(run.endpoint, run.by_service), region=chosen.region, account_id=chosen.account_id)


def logical_name(url: str, stacks: Sequence[RunningStack]) -> tuple[str, str]:
    """System and logical id of the queue with this URL; ("", "") when no running stack has it."""
    for stack in stacks:
        for logical_id, physical_id in stack.resources.items():
            if "://" in physical_id and physical_id.split("/")[-2:] == url.split("/")[-2:]:
                return stack.system, logical_id
    return "", ""
