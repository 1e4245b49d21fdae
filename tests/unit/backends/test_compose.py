"""What Docker Compose is asked, and what is said when it fails. The programs are small scripts on a PATH of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.backends.compose import Compose
from emulator.backends.compose_failures import explained
from emulator.errors import BackendMissingError, BackendUnavailableError, PortInUseError, TerrariumError

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
