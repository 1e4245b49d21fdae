"""What is said when Docker, its daemon, Compose or the image is missing; which commands are given otherwise."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from emulator.backends.localstack import LocalstackBackend
from emulator.errors import BackendError, BackendMissingError, BackendUnavailableError

CLOSED_PORT = 4149


class FakeDocker:
    """Answers each command by its first words; everything it was asked is in `asked`."""

    def __init__(self, **failures: str) -> None:
        self._failures = failures
        self.asked: list[list[str]] = []

    def run(self, command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        self.asked.append(command)
        complaint = next((text for word, text in self._failures.items() if word in command), "")
        return subprocess.CompletedProcess(command, 1 if complaint else 0, "", complaint)


def backend(docker: FakeDocker, *programs: str) -> LocalstackBackend:
    def which(name: str) -> str | None:
        return f"/usr/bin/{name}" if name in programs else None

    return LocalstackBackend(
        CLOSED_PORT, lambda _: None, compose_file=Path("/x/docker-compose.yml"), run=docker.run, which=which
    )


@pytest.mark.parametrize(
    ("programs", "failures", "error", "found"),
    [
        ([], {}, BackendMissingError, "no `docker` on PATH"),
        (["docker"], {"info": "Cannot connect to the Docker daemon"}, BackendMissingError, "Cannot connect"),
        (["docker"], {"compose": "is not a docker command"}, BackendMissingError, "neither"),
        (["docker"], {"up": "pull access denied for localstack"}, BackendMissingError, "pull access denied"),
        (["docker"], {"up": "dial tcp: lookup registry"}, BackendMissingError, "dial tcp"),
        (["docker"], {"up": "port is already allocated"}, BackendUnavailableError, "already allocated"),
    ],
)
def test_what_is_missing_is_said_with_a_way_out(
    programs: list[str], failures: dict[str, str], error: type[BackendError], found: str
) -> None:
    with pytest.raises(error) as raised:
        backend(FakeDocker(**failures), *programs).start()
    assert found in raised.value.found
    assert raised.value.fix


def test_line_that_names_the_error_is_found_among_the_others() -> None:
    complaint = "Creating x\nERROR: for localstack  no such image: y\nEncountered errors while bringing up the project."
    with pytest.raises(BackendMissingError, match="no such image: y"):
        backend(FakeDocker(up=complaint), "docker", "docker-compose").start()


def test_refused_wipe_is_said() -> None:
    with pytest.raises(BackendUnavailableError, match="unknown flag"):
        backend(FakeDocker(down="unknown flag"), "docker", "docker-compose").wipe()


def test_older_compose_is_used_where_the_plugin_is_missing() -> None:
    docker = FakeDocker(compose="is not a docker command", up="stop here")
    with pytest.raises(BackendUnavailableError):
        backend(docker, "docker", "docker-compose").start()
    assert docker.asked[-1] == ["docker-compose", "--file", "/x/docker-compose.yml", "up", "--detach", "localstack"]


def test_stop_leaves_a_localstack_alone_that_it_did_not_start() -> None:
    docker = FakeDocker()
    backend(docker, "docker").stop()
    assert docker.asked == []


def test_endpoint_is_on_this_machine() -> None:
    assert backend(FakeDocker()).endpoints.url("s3") == f"http://127.0.0.1:{CLOSED_PORT}"
