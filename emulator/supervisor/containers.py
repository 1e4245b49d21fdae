"""The run in Docker: LocalStack and one container per system, kept running by Docker instead of a supervisor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from emulator import deploy
from emulator.backends import COMPANION_PORT_AFTER
from emulator.clock import SystemClock
from emulator.errors import UsageError
from emulator.model import Endpoints
from emulator.supervisor import health, machine, run_state
from emulator.supervisor.interruption import signals_interrupt
from emulator.supervisor.plan import Plan
from emulator.supervisor.progress import Step
from emulator.supervisor.run_state import RunningSystem, RunState
from emulator.supervisor.seeding import seed_of
from emulator.supervisor.startup import SystemStart, bring_up
from emulator.system_spec import SystemSpec


@dataclass(frozen=True, slots=True)
class ContainerChild:
    """A system's container, as `SystemStart` looks at it: Docker knows whether it lives, we only ask its port."""

    spec: SystemSpec

    def status(self) -> dict[str, Any] | None:
        """What answers on its port."""
        return health.status(self.spec.port)

    def exit_code(self) -> int | None:
        """Never ends, as far as we can see."""
        return None

    def last_words(self) -> str:
        """Nothing that we could read."""
        return ""

    def doing(self) -> str:
        """Nothing that we could read."""
        return ""


def up(
    plan: Plan,
    report: Callable[[Step], None],
    compose_up: Callable[..., None] = deploy.compose_up,
    compose_down: Callable[..., None] = deploy.compose_down,
) -> None:
    """Start LocalStack and the systems, load demo data. Idempotent. When it raises, everything was stopped, unless all
    of it had been up before."""
    _check(plan)
    machine.check_state_folder(plan.state)
    before = run_state.read_alive(plan.state)
    try:
        with signals_interrupt():
            _up(plan, report, compose_up)
    except BaseException:
        if before is None or not before.ready:
            compose_down(root=plan.root)
            run_state.remove(plan.state)
        raise


def _up(plan: Plan, report: Callable[[Step], None], compose_up: Callable[..., None]) -> None:
    report(Step("backend", "running", "localstack in Docker"))
    names = [spec.name for spec in plan.systems]
    compose_up(
        names,
        lambda doing: report(Step("backend", "running", doing)),
        root=plan.root,
        backend_port=plan.backend_port,
        companion=bool(plan.lacking),
    )
    endpoint = f"http://127.0.0.1:{plan.backend_port}"
    report(Step("backend", "done", f"localstack at {endpoint}"))
    run = RunState(
        supervisor=None,
        backend="localstack",
        endpoint=endpoint,
        by_service=dict.fromkeys(plan.lacking, f"http://127.0.0.1:{plan.backend_port + COMPANION_PORT_AFTER}"),
        systems=tuple(RunningSystem(spec.name, str(spec.template), spec.port) for spec in plan.systems),
        containers=True,
    )
    run_state.write(plan.state, run)
    bring_up([_start(plan, spec, run, report) for spec in plan.systems], SystemClock())
    run_state.write(plan.state, replace(run, ready=True))


def _start(plan: Plan, spec: SystemSpec, run: RunState, report: Callable[[Step], None]) -> SystemStart:
    child = ContainerChild(replace(spec, endpoints=Endpoints(run.endpoint, run.by_service)))
    return SystemStart(child, seed_of(run, spec.name, plan.root, plan.state, plan.region), report)


def _check(plan: Plan) -> None:
    """docker-compose.yml knows the project's own systems on their fixed ports, nothing else."""
    strangers = [spec.name for spec in plan.systems if spec.name not in plan.own]
    if plan.backend != "localstack":
        raise UsageError("--containers needs LocalStack", found=plan.backend, fix="Add --backend localstack.")
    if strangers:
        raise UsageError(
            "Only the project's own systems run in containers",
            where="docker-compose.yml",
            found=", ".join(strangers),
            fix="Leave --containers out: the systems then run on this machine.",
        )
