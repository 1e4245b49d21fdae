"""What Docker Compose is asked, and what is said when it fails. The programs are small scripts on a PATH of ours."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from emulator.backends.compose import Compose, end_in
from emulator.backends.compose_failures import explained
from emulator.errors import BackendMissingError, BackendUnavailableError, PortInUseError, TerrariumError
from tests.fakes.waiting import wait_for

FILE = Path("/x/docker-compose.yml")
ENGINE = (
    'case "$*" in "info"*) echo 24.0;; "compose version") exit 1;; "logs"*) echo last words;; *) echo "$STATE";; esac'
)
"""A `docker` without the Compose plugin whose `inspect` answers $STATE."""


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def compose(folder: Path, **variables: str) -> Compose:
    return Compose(FILE, {"PATH": f"{folder}:/bin:/usr/bin" if variables else str(folder), **variables})


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """A machine with docker and the older docker-compose; the file of what the latter was asked."""
    program(tmp_path, "docker", ENGINE)
    program(tmp_path, "docker-compose", f'echo "$@" >>{tmp_path}/asked; case "$*" in *" ps "*) echo 4711;; esac')
    return tmp_path / "asked"


@pytest.fixture
def inside(tmp_path: Path) -> Compose:
    """A machine whose containers are the machine itself."""
    program(tmp_path, "docker", 'case "$1" in exec) shift 3; exec "$@";; info) echo 24.0;; compose) exit 1;; esac')
    program(tmp_path, "docker-compose", "echo 4711")
    return compose(tmp_path, STATE="")


def test_older_program_is_used_where_only_that_exists(asked: Path) -> None:
    compose(asked.parent, STATE="").up(["localstack"])
    assert asked.read_text().splitlines()[-1] == "--file /x/docker-compose.yml up --detach --no-deps localstack"


def test_service_is_healthy_once_its_healthcheck_says_so(asked: Path) -> None:
    assert compose(asked.parent, STATE="running healthy").health("localstack") == "healthy"
    assert compose(asked.parent, STATE="running starting").health("localstack") == "starting"
    assert compose(asked.parent, STATE="exited unhealthy").health("localstack") == "exited"


def test_container_that_ends_while_it_starts_is_reported_with_its_last_words(asked: Path) -> None:
    with pytest.raises(BackendUnavailableError, match="exited: last words"):
        compose(asked.parent, STATE="exited unhealthy").wait_healthy("shortener", lambda _: None)


def test_command_in_a_container_says_what_it_has_to_say_and_ends(
    inside: Compose, capfd: pytest.CaptureFixture[str]
) -> None:
    assert inside.start_in("shortener", ["sh", "-c", "echo said; echo loudly >&2; exit 3"]).wait(10) == 3
    assert capfd.readouterr() == ("said\n", "loudly\n")


def test_command_in_a_container_ends_with_its_caller(inside: Compose, tmp_path: Path) -> None:
    started = inside.start_in("shortener", ["sh", "-c", f"echo $$ >{tmp_path}/pid; exec sleep 60"])
    assert wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(), within_s=10)
    end_in(started)
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_machine_without_docker_is_told_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(BackendMissingError, match="docker-compose"):
        compose(tmp_path).up(["localstack"])


def test_engine_that_does_not_run_is_told_apart(tmp_path: Path) -> None:
    program(tmp_path, "docker", 'case "$*" in "compose version") ;; *) echo "Cannot connect" >&2; exit 1;; esac')
    with pytest.raises(BackendMissingError, match="Docker does not answer; found Cannot connect"):
        compose(tmp_path, STATE="").up(["localstack"])


@pytest.mark.parametrize(
    ("printed", "error", "says"),
    [
        ("Bind for 127.0.0.1:4566 failed: port is already allocated", PortInUseError, "4566"),
        ("listen tcp4 127.0.0.1:3001: bind: address already in use", PortInUseError, "3001"),
        (
            'Get "https://registry.example/v2/": dial tcp: lookup: no such host\nBuild failed.',
            BackendMissingError,
            "v2",
        ),
        ("pull access denied for nobody/nothing", BackendMissingError, "nobody"),
        ("yaml: line 3: mapping values are not allowed", BackendUnavailableError, "line 3"),
        ("", BackendUnavailableError, "nothing printed"),
    ],
)
def test_failure_names_its_cause(printed: str, error: type[TerrariumError], says: str) -> None:
    found = explained(printed, FILE)
    assert type(found) is error
    assert says in str(found)
