"""The supervisor with real processes: its backend only sleeps, its systems are `tests/fakes/fake_system.py`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.model import Endpoints
from emulator.supervisor import health, machine, run_state
from emulator.supervisor.background import Background
from emulator.supervisor.plan import Plan
from emulator.supervisor.progress import Event, Failed, Ready, Step
from emulator.supervisor.run_state import RunState
from emulator.supervisor.system_child import SystemChild
from emulator.system_spec import SystemSpec
from tests.fakes.free_ports import kept_ports
from tests.fakes.waiting import wait_for

SUPERVISED = (sys.executable, str(Path(__file__).parents[2] / "fakes" / "fake_supervised.py"))
BACKEND_PORT, *PORTS = kept_ports(3)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "state"
    machine.check_state_folder(folder)
    yield folder
    run = run_state.read(folder)
    if run is not None:
        for process in (*((run.supervisor,) if run.supervisor else ()), *run.leftovers()):
            process.signal(signal.SIGKILL)


def plan_of(state: Path, *parameters: dict[str, str], backend: str = "embedded", own: bool = False) -> Plan:
    systems = tuple(
        SystemSpec(f"system{number}", state / "template.yaml", port, backend, Endpoints(), state, parameters=given)
        for number, (port, given) in enumerate(zip(PORTS, parameters, strict=False))
    )
    names = tuple(system.name for system in systems) if own else ()
    return Plan(state, state.parent, backend, BACKEND_PORT, None, "us-east-1", systems, names)


def up(plan: Plan) -> tuple[Background, list[Event]]:
    background = Background(plan, SUPERVISED)
    events = list(background.events())
    if isinstance(events[-1], Failed):
        background.wait()
    return background, events


def run_of(state: Path) -> RunState:
    run = run_state.read(state)
    assert run is not None
    return run


def test_all_systems_serve_when_the_start_is_reported_ready(state: Path) -> None:
    background, events = up(plan_of(state, {}, {}))

    assert events[-1] == Ready()
    assert [health.status(port) is not None for port in PORTS] == [True, True]
    assert run_of(state).ready
    assert {event.name for event in events if isinstance(event, Step)} == {"machine", "backend", "system0", "system1"}
    background.cancel()


def test_stopping_leaves_no_process_and_no_state_file(state: Path) -> None:
    background, _ = up(plan_of(state, {}))
    run = run_of(state)

    background.cancel()

    assert run.leftovers() == ()
    assert run_state.read(state) is None


def test_error_of_one_system_stops_everything_and_is_shown_as_it_was_said(state: Path) -> None:
    _, events = up(plan_of(state, {}, {"fail": "Function Hello (template.yaml:7): no handler."}))

    assert events[-1] == Failed("Function Hello (template.yaml:7): no handler.")
    assert run_state.read(state) is None
    assert machine.port_is_free(PORTS[0])


def test_system_that_ends_without_a_word_points_at_its_log(state: Path, tmp_path: Path) -> None:
    trigger = tmp_path / "crash"
    trigger.touch()

    _, events = up(plan_of(state, {"crash_file": str(trigger)}))

    assert isinstance(events[-1], Failed)
    assert "killed by signal 9" in events[-1].sentence
    assert "system0.log" in events[-1].sentence


def test_missing_backend_stops_the_systems_that_were_started_meanwhile(state: Path) -> None:
    _, events = up(plan_of(state, {}, backend="localstack"))

    assert events[-1] == Failed("Docker is not running. Start it.")
    assert machine.port_is_free(PORTS[0])


def test_taken_port_is_named_with_its_owner_and_nothing_is_started(state: Path) -> None:
    with machine.socket.create_server(("127.0.0.1", PORTS[0])):
        _, events = up(plan_of(state, {}))

    assert isinstance(events[-1], Failed)
    assert f"Port {PORTS[0]} is taken" in events[-1].sentence
    assert str(os.getpid()) in events[-1].sentence
    assert not any(isinstance(event, Step) and event.name == "backend" for event in events)


def test_stranger_that_serves_on_our_port_is_not_taken_for_our_system(state: Path) -> None:
    plan = plan_of(state, {})
    background, _ = up(plan)
    stranger = SystemChild(replace(plan.systems[0], name="stranger"), [sys.executable, "-c", "input()"])
    stranger.start()

    assert health.status(PORTS[0]) is not None
    assert stranger.status() is None
    stranger.stop(0.0)
    background.cancel()


def test_killed_system_serves_again(state: Path) -> None:
    background, _ = up(plan_of(state, {}))
    first = run_of(state).systems[0].process
    assert first is not None

    os.kill(first.pid, signal.SIGKILL)

    assert wait_for(lambda: run_of(state).systems[0].process not in (first, None))
    assert wait_for(lambda: health.status(PORTS[0]) is not None)
    assert wait_for(lambda: run_of(state).systems[0].problem == "")
    background.cancel()


def test_system_that_keeps_crashing_is_tried_for_ever_and_its_problem_is_told(state: Path, tmp_path: Path) -> None:
    trigger = tmp_path / "crash"
    background, _ = up(plan_of(state, {"crash_file": str(trigger)}))
    trigger.touch()
    process = run_of(state).systems[0].process
    assert process is not None
    process.signal(signal.SIGKILL)

    log = state / "logs" / "supervisor.log"
    assert wait_for(lambda: log.read_text().count("again in") >= 3)
    assert "signal 9" in run_of(state).systems[0].problem
    trigger.unlink()

    assert wait_for(lambda: health.status(PORTS[0]) is not None)
    background.cancel()


def test_killed_backend_that_kept_its_data_is_started_again_and_the_systems_go_on(state: Path) -> None:
    background, _ = up(plan_of(state, {}))
    before = run_of(state)

    before.backend_processes[0].signal(signal.SIGKILL)

    assert wait_for(lambda: run_of(state).backend_processes not in (before.backend_processes, ()))
    assert run_of(state).systems == before.systems
    assert health.status(PORTS[0]) is not None
    background.cancel()


def test_killed_backend_that_lost_its_data_is_started_again_and_the_systems_provision_anew(state: Path) -> None:
    background, _ = up(plan_of(state, {}, backend="external"))
    before = run_of(state)

    before.backend_processes[0].signal(signal.SIGKILL)

    assert wait_for(lambda: run_of(state).backend_processes not in (before.backend_processes, ()))
    assert wait_for(lambda: run_of(state).systems[0].process not in (before.systems[0].process, None))
    assert wait_for(lambda: health.status(PORTS[0]) is not None)
    background.cancel()


def test_systems_die_with_a_killed_supervisor(state: Path) -> None:
    up(plan_of(state, {}))
    run = run_of(state)
    assert run.supervisor is not None

    run.supervisor.signal(signal.SIGKILL)

    system = run.systems[0].process
    assert system is not None
    assert wait_for(lambda: not system.alive())


def test_next_start_ends_what_a_killed_supervisor_left_behind(state: Path) -> None:
    first, _ = up(plan_of(state, {}))
    run = run_of(state)
    assert run.supervisor is not None
    run.supervisor.signal(signal.SIGKILL)
    first.wait()

    second, events = up(plan_of(state, {}))

    assert events[-1] == Ready()
    assert run.leftovers() == ()
    second.cancel()


def test_second_supervisor_refuses_while_the_first_runs(state: Path) -> None:
    first, _ = up(plan_of(state, {}))

    _, events = up(plan_of(state, {}))

    assert isinstance(events[-1], Failed)
    assert "already" in events[-1].sentence
    assert health.status(PORTS[0]) is not None
    first.cancel()


def test_function_that_cannot_be_imported_stops_everything_and_is_named_with_its_place(
    state: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("Unable to import module 'a'")

    _, events = up(plan_of(state, {}, {"broken_file": str(broken)}))

    assert events[-1] == Failed(
        "Function Hello (template.yaml:7) failed: Unable to import module 'a'. Correct it and start again: everything "
        "was stopped. `terrarium logs` shows what functions logged."
    )
    assert run_state.read(state) is None
    assert [machine.port_is_free(port) for port in PORTS] == [True, True]


def test_every_function_that_cannot_be_imported_is_named(state: Path, tmp_path: Path) -> None:
    broken = [tmp_path / "one", tmp_path / "other"]
    for file in broken:
        file.write_text(f"Unable to import module '{file.name}'")

    _, events = up(plan_of(state, *({"broken_file": str(file)} for file in broken)))

    assert isinstance(events[-1], Failed)
    assert "module 'one'" in events[-1].sentence
    assert "module 'other'" in events[-1].sentence


def test_function_that_breaks_after_the_start_stops_nothing(state: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    background, events = up(plan_of(state, {"broken_file": str(broken)}))
    broken.write_text("Unable to import module 'a'")

    first = run_of(state).systems[0].process
    assert first is not None
    first.signal(signal.SIGKILL)

    assert events[-1] == Ready()
    assert wait_for(lambda: run_of(state).systems[0].process not in (first, None))
    assert wait_for(lambda: health.status(PORTS[0]) is not None)
    background.cancel()


def seed_that(state: Path, line: str) -> None:
    script = state.parent / "seed" / "load.py"
    (script.parent / "data" / "system0").mkdir(parents=True, exist_ok=True)
    script.write_text(f"import os, sys, pathlib\n{line}\n")


def test_demo_data_are_loaded_once(state: Path) -> None:
    seed_that(state, "f = open('loaded', 'a'); f.write(' '.join(sys.argv[1:]) + '\\n')")
    plan = plan_of(state, {}, own=True)
    up(plan)[0].cancel()
    up(plan)[0].cancel()

    endpoint = f"http://127.0.0.1:{BACKEND_PORT}"
    expected = f"system0 --api http://127.0.0.1:{PORTS[0]} --endpoint {endpoint} --stack system0 --env dev\n"
    assert (state.parent / "loaded").read_text() == expected


def test_changed_demo_data_are_loaded_again(state: Path) -> None:
    seed_that(state, "open('loaded', 'a').write('x')")
    plan = plan_of(state, {}, own=True)
    up(plan)[0].cancel()
    seed_that(state, "open('loaded', 'a').write('y')")
    up(plan)[0].cancel()

    assert (state.parent / "loaded").read_text() == "xy"


def test_system_without_demo_data_comes_up_without_the_script(state: Path) -> None:
    seed_that(state, "open('loaded', 'a').write('x')")
    (state.parent / "seed" / "data" / "system0").rmdir()

    background, events = up(plan_of(state, {}, own=True))
    background.cancel()

    assert events[-1] == Ready()
    assert not (state.parent / "loaded").exists()


def test_failing_demo_data_stop_everything_and_are_tried_again(state: Path) -> None:
    seed_that(state, "open('tries', 'a').write('x'); sys.exit('the API answered 500')")
    plan = plan_of(state, {}, own=True)

    for _ in range(2):
        _, events = up(plan)
        assert isinstance(events[-1], Failed)
        assert "the API answered 500" in events[-1].sentence
        assert run_state.read(state) is None
        assert machine.port_is_free(PORTS[0])
    assert (state.parent / "tries").read_text() == "xx"
