"""The commands against a real supervisor whose systems are `tests/fakes/fake_system.py`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emulator.cli import terrarium
from emulator.errors import TerrariumError, UsageError
from emulator.model import Endpoints
from emulator.supervisor import machine, run_state
from emulator.supervisor.background import Background
from emulator.supervisor.plan import Plan
from emulator.supervisor.progress import Ready
from emulator.system_spec import SystemSpec
from tests.fakes.free_ports import kept_ports

SUPERVISED = (sys.executable, str(Path(__file__).parents[2] / "fakes" / "fake_supervised.py"))
BACKEND_PORT, *PORTS = kept_ports(3)
FIRST, SECOND = (f"shop{port}" for port in PORTS)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERRARIUM_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("TERRARIUM_BACKEND_PORT", str(BACKEND_PORT))
    machine.check_state_folder(tmp_path / "state")
    return tmp_path / "state"


@pytest.fixture
def one_system(state: Path) -> Iterator[Path]:
    with_systems = running(state, {})
    yield state
    with_systems.cancel()


@pytest.fixture
def two_systems(state: Path) -> Iterator[Path]:
    with_systems = running(state, {}, {})
    yield state
    with_systems.cancel()


@pytest.fixture
def two_distributions(state: Path) -> Iterator[Path]:
    with_systems = running(state, {"distribution": "E1"}, {"distribution": "E2"})
    yield state
    with_systems.cancel()


@pytest.fixture
def broken_system(state: Path) -> Iterator[Path]:
    broken = state.parent / "broken"
    with_systems = running(state, {"broken_file": str(broken)})
    broken.write_text("Unable to import module 'a'")
    yield state
    with_systems.cancel()


def running(state: Path, *parameters: dict[str, str]) -> Background:
    systems = tuple(
        SystemSpec(f"shop{port}", template(state, port), port, "embedded", Endpoints(), state, parameters=given)
        for port, given in zip(PORTS, parameters, strict=False)
    )
    background = Background(Plan(state, state.parent, "embedded", BACKEND_PORT, None, "us-east-1", systems), SUPERVISED)
    assert isinstance(list(background.events())[-1], Ready)
    return background


def template(state: Path, port: int) -> Path:
    folder = state.parent / f"shop{port}"
    folder.mkdir(exist_ok=True)
    (folder / "template.yaml").touch()
    return folder / "template.yaml"


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(terrarium, arguments, input=stdin)


def sentence(result: Result) -> str:
    assert isinstance(result.exception, TerrariumError), result.output
    return result.exception.sentence()


def test_status_without_a_run_says_how_to_start_one(state: Path) -> None:
    result = run("status")

    assert result.exit_code == 1
    assert "terrarium up" in result.stderr


def test_status_as_json_has_the_documented_shape(one_system: Path) -> None:
    result = run("status", "--json")

    url = f"http://127.0.0.1:{PORTS[0]}"
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "backend": {"kind": "embedded", "endpoint": f"http://127.0.0.1:{BACKEND_PORT}"},
        "stacks": [
            {
                "name": FIRST,
                "template": str(template(one_system, PORTS[0])),
                "http": {"Api": url},
                "websocket": {},
                "distributions": {},
                "functions": {
                    "Hello": {
                        "name": f"{FIRST}-Hello",
                        "invoke_url": f"{url}/2015-03-31/functions/{FIRST}-Hello/invocations",
                        "state": "ready",
                    }
                },
                "resources": {},
                "outputs": {},
            }
        ],
    }


def test_status_shows_url_and_state_of_every_system(two_systems: Path) -> None:
    result = run("status")

    assert result.exit_code == 0
    assert f"http://127.0.0.1:{PORTS[0]}" in result.stdout
    assert f"http://127.0.0.1:{PORTS[1]}" in result.stdout


def test_what_the_template_asks_for_in_vain_is_listed_with_its_place(state: Path) -> None:
    one = {"logical_id": "Jobs", "property": "Fifo", "reason": "not here", "place": "template.yaml:9"}
    background = running(state, {"ignored": json.dumps([one])})

    result = run("status")

    background.cancel()
    assert "Left out of the template:\n  template.yaml:9 Jobs Fifo: not here" in result.stdout


def test_status_is_not_healthy_while_a_function_cannot_be_imported(broken_system: Path) -> None:
    result = run("status")

    assert result.exit_code == 1
    assert "failed: Unable to import module 'a'" in result.stdout


def test_invoke_prints_the_response_and_keeps_the_log_apart(one_system: Path) -> None:
    result = run("invoke", "Hello", "--event", "-", stdin='{"n": 1}')

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"echo": {"n": 1}}
    assert result.stderr == "START\n"


def test_invoke_accepts_the_functions_name_and_has_an_empty_event_by_default(one_system: Path) -> None:
    assert json.loads(run("invoke", f"{FIRST}-Hello").stdout) == {"echo": {}}


def test_invoke_of_a_function_that_fails_ends_with_one(one_system: Path) -> None:
    assert run("invoke", "Hello", "--event", "-", stdin='{"fail": true}').exit_code == 1


def test_invoke_names_the_functions_there_are(one_system: Path) -> None:
    assert "found Hello" in sentence(run("invoke", "Nothing"))


def test_invoke_asks_which_stack_when_several_have_the_function(two_systems: Path) -> None:
    assert f"{FIRST}, {SECOND}. Choose one with --stack" in sentence(run("invoke", "Hello"))
    assert run("invoke", "Hello", "--stack", SECOND).exit_code == 0


def test_env_points_every_service_at_the_backend_and_lambda_at_the_only_stack(one_system: Path) -> None:
    lines = run("env").stdout.splitlines()

    assert f"export AWS_ENDPOINT_URL=http://127.0.0.1:{BACKEND_PORT}" in lines
    assert f"export AWS_ENDPOINT_URL_LAMBDA=http://127.0.0.1:{PORTS[0]}" in lines
    assert "export AWS_ACCESS_KEY_ID=test" in lines


def test_env_leaves_lambda_out_until_a_stack_is_named(two_systems: Path) -> None:
    assert "AWS_ENDPOINT_URL_LAMBDA" not in run("env").stdout
    assert f"AWS_ENDPOINT_URL_LAMBDA=http://127.0.0.1:{PORTS[1]}" in run("env", "--stack", SECOND).stdout


def test_env_points_cloudfront_at_the_only_stack_with_distributions(state: Path) -> None:
    with_systems = running(state, {}, {"distribution": "E1"})
    assert f"export AWS_ENDPOINT_URL_CLOUDFRONT=http://127.0.0.1:{PORTS[1]}" in run("env").stdout
    with_systems.cancel()


def test_env_leaves_cloudfront_out_until_it_is_clear_which_stack_is_meant(two_distributions: Path) -> None:
    assert "CLOUDFRONT" not in run("env").stdout
    assert f"AWS_ENDPOINT_URL_CLOUDFRONT=http://127.0.0.1:{PORTS[1]}" in run("env", "--stack", SECOND).stdout


def test_env_points_the_connections_api_at_the_only_websocket_api(state: Path) -> None:
    with_systems = running(state, {}, {"websocket": "ws://127.0.0.1:3104/prod"})
    assert "export AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI=http://127.0.0.1:3104/prod" in run("env").stdout
    assert "APIGATEWAYMANAGEMENTAPI" not in run("env", "--stack", FIRST).stdout
    with_systems.cancel()


def test_invalidate_takes_a_distribution_by_its_id_or_with_its_stack(two_distributions: Path) -> None:
    by_id = run("invalidate", "E2", "/index.html", "/assets/*")
    assert by_id.stdout == f"{SECOND} Cdn: invalidated /index.html, /assets/* (I1)\n"
    assert run("invalidate", "Cdn", "/*", "--stack", FIRST).stdout == f"{FIRST} Cdn: invalidated /* (I1)\n"


def test_invalidate_says_which_distributions_there_are(two_distributions: Path) -> None:
    assert f"found {FIRST}, {SECOND}. Choose with --stack" in sentence(run("invalidate", "Cdn", "/*"))
    assert "There is no distribution Web; found Cdn, Cdn" in sentence(run("invalidate", "Web", "/*"))


def test_invalidate_tells_why_it_was_refused(two_distributions: Path) -> None:
    assert "found InvalidArgument: no slash" in sentence(run("invalidate", "E1", "index.html"))


def test_commands_that_need_a_run_say_so(state: Path) -> None:
    for command in (["env"], ["invoke", "Hello"], ["invalidate", "Cdn", "/*"], ["seed"]):
        assert "Nothing is running" in sentence(run(*command))


def test_second_up_shows_what_runs_and_starts_nothing(one_system: Path) -> None:
    before = run_state.read(one_system)

    result = run("up", "--detach", "--port-base", str(PORTS[0]), str(template(one_system, PORTS[0])))

    assert result.exit_code == 0
    assert "already up" in result.stdout
    assert f"http://127.0.0.1:{PORTS[0]}" in result.stdout
    assert run_state.read(one_system) == before


def test_up_of_something_else_while_running_says_what_to_do(one_system: Path) -> None:
    result = run("up", "--detach", str(template(one_system, PORTS[1])))

    assert "`terrarium down` first" in sentence(result)
    assert SECOND in sentence(result)


def test_up_on_another_backend_while_running_says_what_to_do(one_system: Path) -> None:
    result = run("up", "--backend", "localstack", "--port-base", str(PORTS[0]), str(template(one_system, PORTS[0])))

    assert "backend embedded, not localstack" in sentence(result)


def test_up_with_other_parameters_while_running_says_what_to_do(one_system: Path) -> None:
    path = str(template(one_system, PORTS[0]))

    assert "other options" in sentence(run("up", "--port-base", str(PORTS[0]), "--parameter", "Stage=prod", path))


def test_up_without_anything_to_run_asks_for_a_template(state: Path) -> None:
    assert "Name a template" in sentence(run("up"))


def test_up_names_a_template_that_is_not_there(state: Path) -> None:
    assert "no such template (nowhere.yaml)" in sentence(run("up", "nowhere.yaml"))


def test_up_refuses_a_parameter_without_a_value(state: Path) -> None:
    assert "--parameter Stage=dev" in sentence(run("up", "--parameter", "Stage"))


def test_down_stops_everything_and_a_second_down_has_nothing_to_do(state: Path) -> None:
    running(state, {})
    found = run_state.read(state)
    assert found is not None

    assert run("down").exit_code == 0

    assert not found.alive()
    assert found.leftovers() == ()
    assert "Nothing is running" in run("down").stdout


def test_down_clears_what_a_killed_supervisor_left(state: Path) -> None:
    background = running(state, {})
    found = run_state.read(state)
    assert found is not None
    assert found.supervisor is not None
    machine.os.kill(found.supervisor.pid, 9)
    background.wait()

    assert run("down").exit_code == 0

    assert found.leftovers() == ()
    assert run_state.read(state) is None


def test_reset_deletes_data_and_keeps_installed_dependencies(state: Path) -> None:
    for name in ("cache/python3.11", "embedded", "seeded", "telemetry"):
        (state / name).mkdir(parents=True)

    assert run("reset").exit_code == 0

    assert [entry.name for entry in state.iterdir()] == ["cache"]


def test_doctor_finds_a_taken_port_and_says_what_to_do(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRARIUM_PORT_BASE", str(PORTS[0]))
    with machine.socket.create_server(("127.0.0.1", PORTS[0])):
        result = run("doctor")

    assert result.exit_code == 1
    assert f"port {PORTS[0]}" in result.stdout
    assert "TERRARIUM_PORT_BASE" in result.stdout


def test_wrong_setting_is_named(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRARIUM_PORT_BASE", "many")

    result = run("status")

    assert isinstance(result.exception, UsageError)
    assert "TERRARIUM_PORT_BASE" in sentence(result)


def test_trigger_fires_a_schedule_by_logical_id_or_name(one_system: Path) -> None:
    for name in ("Nightly", f"{FIRST}-Nightly"):
        result = run("trigger", name)

        assert (result.exit_code, result.stdout) == (0, f"{name} fired: arn:target\n")


def test_trigger_without_a_schedule_lists_them_with_their_next_time(one_system: Path) -> None:
    result = run("trigger")

    assert result.exit_code == 0
    assert result.stdout == f"{FIRST}  Nightly  rate(1 day)  2030-01-01T00:00:00+00:00  calls jobs\n"


def test_trigger_of_an_unknown_schedule_lists_those_there_are(one_system: Path) -> None:
    assert "found Nightly" in sentence(run("trigger", "Weekly"))


def test_trigger_of_a_schedule_in_several_stacks_asks_which(two_systems: Path) -> None:
    assert f"{FIRST}, {SECOND}" in sentence(run("trigger", "Nightly"))
    assert run("trigger", "Nightly", "--stack", SECOND).exit_code == 0


def test_trigger_says_what_the_system_could_not_do(state: Path) -> None:
    background = running(state, {"refuse_triggers": "yes"})

    result = run("trigger", "Nightly")

    background.cancel()
    assert "The backend does not answer" in sentence(result)
