"""Is what is asked for already running? Then `up` has nothing to do; something else running is an error."""

from __future__ import annotations

from dataclasses import replace

from emulator.clock import SystemClock
from emulator.errors import UsageError
from emulator.model import Clock, Endpoints
from emulator.supervisor import run_state
from emulator.supervisor.plan import Plan
from emulator.supervisor.run_state import RunState
from emulator.supervisor.system_child import spec_of
from emulator.system_spec import SystemSpec

STARTING_DEADLINE_S = 900.0


def check(planned: Plan, *, containers: bool, clock: Clock | None = None) -> bool:
    """True when all that is planned runs; False when nothing runs. Raises UsageError when something else does.

    A run that is still starting is waited for. Containers are always looked after again: Docker may have been
    restarted, and `up` is idempotent there.
    """
    run = _settled(planned, clock or SystemClock())
    if run is None or (run.containers and containers):
        return False
    if run.containers != containers:
        where = "in containers" if run.containers else "on this machine"
        raise _another(planned, f"systems {where}")
    differences = list(_differences(planned, run))
    if differences:
        raise _another(planned, "; ".join(differences))
    return True


def _another(planned: Plan, found: str) -> UsageError:
    return UsageError(
        "Terrarium is already running something else",
        where=str(planned.state),
        found=found,
        fix="Run `terrarium down` first, then `terrarium up` again.",
    )


def _settled(planned: Plan, clock: Clock) -> RunState | None:
    deadline = clock.monotonic() + STARTING_DEADLINE_S
    while True:
        run = run_state.read_alive(planned.state)
        if run is None or run.ready or run.containers or clock.monotonic() > deadline:
            return run
        clock.sleep(0.1)


def _differences(planned: Plan, run: RunState) -> list[str]:
    """What runs differently from what is planned, one phrase each."""
    if planned.backend != run.backend:
        return [f"backend {run.backend}, not {planned.backend}"]
    running = {system.name for system in run.systems}
    missing = [spec.name for spec in planned.systems if spec.name not in running]
    if missing:
        return [f"only {', '.join(sorted(running))}, not {', '.join(missing)}"]
    return [f"{spec.name} with other options" for spec in planned.systems if not _same(spec, planned)]


def _same(spec: SystemSpec, planned: Plan) -> bool:
    """Compare with what the running system was started with; its endpoints come from the backend."""
    running = spec_of(planned.state, spec.name)
    return running is not None and replace(running, endpoints=Endpoints()) == spec
