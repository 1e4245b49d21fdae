"""`up` that cannot succeed: one error that says what to do, exit code 1, and nothing half started left running."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.small_disk import on_small_disk
from tests.e2e.terrarium_command import EXTERNAL, Terrarium
from tests.fakes.free_ports import is_free
from tests.fakes.waiting import wait_for

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: greeting.greet
      CodeUri: src
      Events: {Get: {Type: HttpApi, Properties: {Path: /, Method: get}}}
  Wave:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: waving.wave
      CodeUri: src
"""


@pytest.fixture
def application(tmp_path: Path) -> Path:
    folder = tmp_path / "greetings"
    (folder / "src").mkdir(parents=True)
    (folder / "template.yaml").write_text(TEMPLATE)
    (folder / "src" / "greeting.py").write_text("def greet(event, context):\n    return 'hello'\n")
    (folder / "src" / "waving.py").write_text("def wave(event, context):\n    return 'o/'\n")
    return folder


def assert_failed(terrarium: Terrarium, up: subprocess.CompletedProcess[str], *sentences: str) -> None:
    """One error that holds these sentences, and nothing left."""
    assert up.returncode == 1, up.stdout + up.stderr
    assert up.stderr.startswith("error: "), up.stderr
    assert up.stderr.count("error: ") == 1
    assert "Traceback" not in up.stdout + up.stderr
    for sentence in sentences:
        assert sentence in up.stderr
    assert_nothing_runs(terrarium)


def assert_nothing_runs(terrarium: Terrarium) -> None:
    assert wait_for(lambda: not terrarium.processes(), 5.0), [one.cmdline() for one in terrarium.processes()]
    assert terrarium.run("status").returncode == 1


def test_taken_port_of_a_system_names_who_has_it(terrarium: Terrarium, application: Path) -> None:
    with socket.create_server(("127.0.0.1", terrarium.ports[0])):
        up = terrarium.up(application)

    assert_failed(terrarium, up, f"Port {terrarium.ports[0]} is taken", f"pid {os.getpid()}", "--port-base")
    assert is_free(terrarium.backend_port)


@pytest.mark.skipif(EXTERNAL is not None, reason="an external backend has its port already")
def test_taken_port_of_the_backend_names_the_setting(terrarium: Terrarium, application: Path) -> None:
    with socket.create_server(("127.0.0.1", terrarium.backend_port)):
        up = terrarium.up(application)

    assert_failed(terrarium, up, f"Port {terrarium.backend_port} is taken", "TERRARIUM_BACKEND_PORT")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("{Path: /,", "{Path: /"), "template.yaml:10"),
        (lambda text: text.replace("CodeUri: src", "CodeUri: elsewhere"), "elsewhere"),
        (lambda text: text.replace("CodeUri: src", "CodeUri: !Ref Nobody"), "Nobody"),
        (
            lambda text: text.replace("AWS::Serverless::Function", "AWS::Serverless::Funktion"),
            "AWS::Serverless::Funktion",
        ),
        (lambda text: "Resources: []", "Resources"),
    ],
)
def test_broken_template_is_named_with_its_place(
    terrarium: Terrarium, application: Path, change: Callable[[str], str], sentence: str
) -> None:
    (application / "template.yaml").write_text(change(TEMPLATE))

    assert_failed(terrarium, terrarium.up(application), sentence)


def test_missing_template_is_one_sentence(terrarium: Terrarium, tmp_path: Path) -> None:
    assert_failed(terrarium, terrarium.up(tmp_path / "nowhere.yaml"), "nowhere.yaml")


def test_every_handler_that_cannot_be_imported_is_named_with_place_and_reason(
    terrarium: Terrarium, application: Path
) -> None:
    for module in ("greeting", "waving"):
        file = application / "src" / f"{module}.py"
        file.write_text(f"import nothing_for_{module}\n{file.read_text()}")

    up = terrarium.up(application)

    reasons = [f"No module named 'nothing_for_{module}'" for module in ("greeting", "waving")]
    assert_failed(terrarium, up, "Function Greet (greetings/template.yaml:4)", *reasons)
    assert "Function Wave (greetings/template.yaml:11)" in up.stderr


def test_every_handler_that_is_not_there_is_named_with_place_and_reason(
    terrarium: Terrarium, application: Path
) -> None:
    (application / "src" / "greeting.py").write_text("def gret(event, context): ...\n")
    (application / "src" / "waving.py").write_text("def vawe(event, context): ...\n")

    up = terrarium.up(application)

    assert_failed(terrarium, up, "Function Greet (greetings/template.yaml:8)", "found `gret`", "found `vawe`")
    assert "Function Wave (greetings/template.yaml:15)" in up.stderr


def test_mended_handler_starts_where_it_failed_before(terrarium: Terrarium, application: Path) -> None:
    module = application / "src" / "greeting.py"
    good = module.read_text()
    module.write_text("def greet(:\n")
    assert_failed(terrarium, terrarium.up(application), "Greet", "greeting.py")
    module.write_text(good)

    up = terrarium.up(application)

    assert up.returncode == 0, up.stderr


def test_failing_demo_data_stop_everything(terrarium: Terrarium, application: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.terrarium]\nstacks = ["greetings"]\n')
    shutil.copytree(application, tmp_path / "services" / "greetings")
    (tmp_path / "seed" / "data" / "greetings").mkdir(parents=True)
    (tmp_path / "seed" / "load.py").write_text("raise SystemExit('GET / answered 418')\n")

    up = terrarium.up()

    assert_failed(terrarium, up, "Demo data of greetings", "GET / answered 418")


def test_state_folder_that_is_not_ours_is_named(terrarium: Terrarium, application: Path) -> None:
    (terrarium.folder / "file").touch()
    misplaced = replace(terrarium, state=terrarium.folder / "file" / "state")

    assert_failed(misplaced, misplaced.up(application), str(misplaced.state), "TERRARIUM_STATE")


def test_nearly_full_disk_is_refused_before_anything_starts(terrarium: Terrarium, application: Path) -> None:
    small = on_small_disk(terrarium, 20)

    assert_failed(terrarium, small.up(application), "The disk is nearly full", "TERRARIUM_STATE")


def test_read_only_disk_is_refused_before_anything_starts(terrarium: Terrarium, application: Path) -> None:
    read_only = on_small_disk(terrarium, 200, ",ro")

    assert_failed(terrarium, read_only.up(application), "The state folder cannot be written", "TERRARIUM_STATE")


@pytest.mark.parametrize("moment", ["supervisor.json", "stacks"])
def test_disk_that_fills_up_while_starting_is_one_sentence(
    terrarium: Terrarium, application: Path, moment: str
) -> None:
    filling = on_small_disk(terrarium, 110, full_at=moment)

    # Who notices first differs from run to run: the supervisor, the installation of packages, the sources.
    assert_failed(terrarium, filling.up(application), "full", "Free some space")
