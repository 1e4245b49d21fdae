"""The run in Docker, with a stand-in for Compose that starts `tests/fakes/fake_system.py` instead of containers."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.errors import UsageError
from emulator.supervisor import containers, machine, run_state
from emulator.supervisor.plan import Plan
from emulator.supervisor.progress import Step
from emulator.supervisor.startup import SystemFailedError
from emulator.system_spec import SystemSpec
from tests.fakes.free_ports import kept_ports

FAKE_SYSTEM = Path(__file__).parents[2] / "fakes" / "fake_system.py"
BACKEND_PORT, PORT = kept_ports(2)


class FakeCompose:
    """Starts a process per system and remembers what it was asked for."""

    def __init__(self, plan: Plan) -> None:
        self.asked: list[tuple[Sequence[str], int]] = []
        self._plan = plan
        self.companion = False
        self._processes: list[subprocess.Popen[bytes]] = []

    def up(
        self, stacks: Sequence[str], report: Callable[[str], None], *, root: Path, backend_port: int, companion: bool
    ) -> None:
        self.asked.append((tuple(stacks), backend_port))
        self.companion = companion
        report("building the image of the systems")
        for spec in self._plan.systems:
            file = self._plan.state / f"{spec.name}.json"
            file.write_text(spec.to_json())
            process = subprocess.Popen([sys.executable, str(FAKE_SYSTEM), str(file)], stdin=subprocess.PIPE)
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
            self._processes.append(process)

    def down(self, *, root: Path | None = None) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()
        self._processes.clear()


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    state = tmp_path / ".terrarium"
    breaks = {"broken_file": str(tmp_path / "broken")}
    spec = SystemSpec(
        "shop", tmp_path / "services/shop/template.yaml", PORT, "localstack", state=state, parameters=breaks
    )
    return Plan(state, tmp_path, "localstack", BACKEND_PORT, None, "us-east-1", (spec,), ("shop",))


@pytest.fixture
def compose(plan: Plan) -> Iterator[FakeCompose]:
    fake = FakeCompose(plan)
    yield fake
    fake.down()


def test_containers_are_a_run_that_other_commands_see(plan: Plan, compose: FakeCompose) -> None:
    steps: list[Step] = []

    containers.up(plan, steps.append, compose.up, compose.down)

    run = run_state.read_alive(plan.state)
    assert run is not None
    assert (run.containers, run.ready, run.endpoint) == (True, True, f"http://127.0.0.1:{BACKEND_PORT}")
    assert [(system.name, system.port) for system in run.systems] == [("shop", PORT)]
    assert compose.asked == [(("shop",), BACKEND_PORT)]
    assert steps[-1] == Step("shop", "done", "up")


def test_demo_data_are_loaded_at_every_start_because_localstack_forgets(plan: Plan, compose: FakeCompose) -> None:
    script = plan.root / "seed" / "load.py"
    (script.parent / "data" / "shop").mkdir(parents=True)
    script.write_text("open('loaded', 'a').write('x')")

    containers.up(plan, lambda _: None, compose.up, compose.down)
    compose.down()
    containers.up(plan, lambda _: None, compose.up, compose.down)

    assert (plan.root / "loaded").read_text() == "xx"


def test_failing_demo_data_stop_the_containers(plan: Plan, compose: FakeCompose) -> None:
    script = plan.root / "seed" / "load.py"
    (script.parent / "data" / "shop").mkdir(parents=True)
    script.write_text("raise SystemExit('the API answered 500')")

    with pytest.raises(SystemFailedError, match="the API answered 500"):
        containers.up(plan, lambda _: None, compose.up, compose.down)

    assert run_state.read_alive(plan.state) is None
    assert machine.port_is_free(PORT)


def test_containers_that_were_up_before_stay_when_looking_after_them_fails(plan: Plan, compose: FakeCompose) -> None:
    containers.up(plan, lambda _: None, compose.up, compose.down)
    compose.down()
    (plan.root / "broken").write_text("Unable to import module 'a'")

    with pytest.raises(SystemFailedError, match="Unable to import module 'a'"):
        containers.up(plan, lambda _: None, compose.up, compose.down)

    assert run_state.read_alive(plan.state) is not None
    assert not machine.port_is_free(PORT)


def test_somebody_elses_template_does_not_run_in_containers(plan: Plan, compose: FakeCompose) -> None:
    with pytest.raises(UsageError, match="Only the project's own systems"):
        containers.up(replace(plan, own=()), lambda _: None, compose.up, compose.down)


def test_containers_need_localstack(plan: Plan, compose: FakeCompose) -> None:
    with pytest.raises(UsageError, match="Add --backend localstack"):
        containers.up(replace(plan, backend="embedded"), lambda _: None, compose.up, compose.down)


def test_being_told_to_end_while_it_starts_stops_the_containers(plan: Plan, compose: FakeCompose) -> None:
    stopped = []

    def told_to_end(*_: object, **__: object) -> None:
        signal.raise_signal(signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt):
        containers.up(plan, lambda _: None, compose_up=told_to_end, compose_down=lambda **_: stopped.append("all"))
    assert stopped == ["all"]
    assert run_state.read(plan.state) is None


def test_companion_runs_beside_localstack_for_systems_that_need_it(plan: Plan, compose: FakeCompose) -> None:
    containers.up(replace(plan, lacking=("cognito-idp",)), lambda _: None, compose.up, compose.down)

    run = run_state.read_alive(plan.state)
    assert run is not None
    assert compose.companion
    assert run.by_service == {"cognito-idp": f"http://127.0.0.1:{BACKEND_PORT + 1}"}
