"""The embedded backend as a process: start, stop, kill, ports."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from emulator.backends import Backend, create
from emulator.cloud import Clients
from emulator.errors import BackendUnavailableError, PortInUseError
from tests.fakes.embedded_backend import table_with_stream
from tests.fakes.free_ports import kept_ports
from tests.fakes.processes import is_running
from tests.fakes.waiting import wait_for

PORT, OTHER_PORT = kept_ports(2)
Start = Callable[[], Backend]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a backend on the same folder and port, however the last one ended."""
    started: list[Backend] = []

    def start() -> Backend:
        backend = create("embedded", state=tmp_path, port=PORT, endpoint=None, region="us-east-1", report=print)
        started.append(backend)
        backend.start()
        return backend

    yield start
    for backend in started:
        backend.stop()


def clients(backend: Backend) -> Clients:
    return Clients(backend.endpoints, region="us-east-1")


def test_data_is_there_after_a_stop(start: Start) -> None:
    first = start()
    clients(first).get("ssm").put_parameter(Name="/a", Value="1", Type="SecureString")
    first.stop()
    answer = clients(start()).get("ssm").get_parameter(Name="/a", WithDecryption=True)["Parameter"]
    assert (answer["Value"], answer["Type"], answer["Version"]) == ("1", "SecureString", 1)


def test_stopped_backend_is_gone_and_starts_again(start: Start) -> None:
    backend = start()
    (pid,) = backend.process_ids()
    backend.stop()
    assert not psutil.pid_exists(pid)
    assert not backend.healthy()
    assert backend.process_ids() == ()
    backend.start()
    assert backend.healthy()


def test_nothing_listens_beyond_the_loopback_interface(start: Start) -> None:
    (pid,) = start().process_ids()
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    sockets = [one for process in processes for one in process.net_connections("inet")]
    listening = {(one.laddr.ip, one.laddr.port) for one in sockets if one.status == psutil.CONN_LISTEN}
    assert listening == {("127.0.0.1", PORT)}


def test_taken_port_names_the_program_that_holds_it(start: Start) -> None:
    with socket.create_server(("127.0.0.1", PORT)), pytest.raises(PortInUseError) as error:
        start()
    assert f"process {os.getpid()}" in str(error.value)
    assert "TERRARIUM_BACKEND_PORT" in error.value.fix


def test_backend_that_dies_at_start_says_its_last_words(start: Start, tmp_path: Path) -> None:
    (tmp_path / "embedded" / "snapshots").mkdir(parents=True)
    (tmp_path / "embedded" / "snapshots" / "CURRENT").write_text("1")
    (tmp_path / "embedded" / "journal").mkdir()
    # A segment that cannot be read: a folder in its place.
    (tmp_path / "embedded" / "journal" / "1.log").mkdir()
    with pytest.raises(BackendUnavailableError) as error:
        start()
    assert "1.log" in error.value.found


def test_wiped_backend_starts_empty(start: Start) -> None:
    backend = start()
    table_with_stream(clients(backend), "wiped")
    backend.stop()
    backend.wipe()
    assert clients(start()).get("dynamodb").list_tables()["TableNames"] == []


def test_backend_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from emulator.backends import create\n"
        f"backend = create('embedded', state=Path({str(tmp_path)!r}), port={OTHER_PORT}, endpoint=None, "
        "region='us-east-1', report=print)\n"
        "backend.start(); print(*backend.process_ids(), flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert wait_for(lambda: not is_running(child))


def test_environment_of_the_user_does_not_reach_it(start: Start) -> None:
    (pid,) = start().process_ids()
    environment = psutil.Process(pid).environ()
    assert {"PYTEST_CURRENT_TEST", "VIRTUAL_ENV", "AWS_PROFILE"} & set(environment) == set()
    assert environment["DOCKER_HOST"].endswith("no-docker.sock")
