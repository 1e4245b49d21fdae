"""The gateway on a real socket: boto3, draining, a busy port, malformed requests."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.errors import PortInUseError
from emulator.gateway import Site, serve
from emulator.supervisor.machine import port_is_free
from tests.fakes.free_ports import free_ports
from tests.fakes.gateway_process import running_gateway
from tests.fakes.malformed_http import malformed_requests
from tests.fakes.two_sites import running_sites
from tests.fakes.waiting import wait_for

Gateway = tuple[int, subprocess.Popen[str]]


@pytest.fixture(params=["granian", "verbatim"])
def gateway(request: pytest.FixtureRequest) -> Iterator[Gateway]:
    with running_gateway(request.param, PATH=os.environ["PATH"], HTTP_SECRET="of the host") as running:
        yield running


@pytest.fixture
def lambda_client(gateway: Gateway) -> Any:
    return boto3.client(
        "lambda",
        endpoint_url=f"http://127.0.0.1:{gateway[0]}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def exchange(port: int, request: bytes, within_s: float = 5.0) -> bytes:
    """What comes back on a connection of its own, until the server closes it or says nothing for so long."""
    with socket.create_connection(("127.0.0.1", port), within_s) as connection:
        received = b""
        try:
            connection.sendall(request)
            while chunk := connection.recv(65_536):
                received += chunk
        except OSError:
            # Silence, or the server hung up on nonsense while it was still being sent.
            return received
        return received


def statuses(received: bytes) -> list[int]:
    """The statuses of all responses; one connection may carry several."""
    lines = [line for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    return [int(line.split(b" ")[1]) for line in lines]


def test_boto3_invokes_by_name_and_by_arn(lambda_client: Any) -> None:
    for name in ("worker", "arn:aws:lambda:us-east-1:000000000000:function:demo-Guard"):
        answer = lambda_client.invoke(FunctionName=name, Payload=b'{"a":1}', LogType="Tail")
        assert (answer["StatusCode"], answer["ExecutedVersion"], "LogResult" in answer) == (200, "$LATEST", True)
        assert json.load(answer["Payload"]) == {"a": 1}
    assert lambda_client.invoke(FunctionName="worker", InvocationType="Event")["StatusCode"] == 202
    assert lambda_client.invoke(FunctionName="worker", InvocationType="DryRun")["StatusCode"] == 204


def test_boto3_reads_lambdas_errors(lambda_client: Any) -> None:
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException, match="Function not found"):
        lambda_client.invoke(FunctionName="nobody")
    with pytest.raises(lambda_client.exceptions.InvalidRequestContentException):
        lambda_client.invoke(FunctionName="worker", Payload=b"{nope")
    with pytest.raises(ClientError, match="RequestTooLargeException"):
        lambda_client.invoke(FunctionName="worker", Payload=json.dumps("x" * 6_300_000).encode())


def test_boto3_describes_and_lists(lambda_client: Any) -> None:
    assert lambda_client.get_function(FunctionName="worker")["Configuration"]["Runtime"] == "python3.11"
    assert lambda_client.get_function_configuration(FunctionName="worker")["FunctionName"] == "worker"
    assert [each["FunctionName"] for each in lambda_client.list_functions()["Functions"]] == ["worker", "demo-Guard"]


def test_environment_of_the_host_does_not_arrive_as_headers(gateway: Gateway) -> None:
    port, _ = gateway
    event = requests.post(f"http://127.0.0.1:{port}/2015-03-31/functions/worker/invocations", data="{}", timeout=5)
    assert event.status_code == 200
    assert b"of the host" not in exchange(port, b"GET /headers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


def test_text_beyond_ascii_survives_in_body_and_header(gateway: Gateway) -> None:
    received = exchange(gateway[0], b"GET /unicode HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    head, _, body = received.partition(b"\r\n\r\n")
    assert body == "λ".encode()
    assert statuses(head) == [200]
    assert "x-greek: λ".encode() in head


def test_requests_in_flight_are_answered_before_the_process_ends(gateway: Gateway) -> None:
    port, process = gateway
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(requests.get, f"http://127.0.0.1:{port}/slow", timeout=10) for _ in range(4)]
        assert wait_for(lambda: established(port) >= 4)
        process.terminate()
        assert [answer.result().status_code for answer in answers] == [200] * 4
    assert process.wait(10) == 0


def established(port: int) -> int:
    """How many connections the server holds, counted in the kernel's table of this machine."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(line.split()[1] == f"0100007F:{port:04X}" and line.split()[3] == "01" for line in lines)


def test_stopping_an_idle_server_is_quick(gateway: Gateway) -> None:
    port, process = gateway
    with requests.Session() as kept_alive:
        kept_alive.get(f"http://127.0.0.1:{port}/links/a", timeout=5)
        process.terminate()
        assert process.wait(5) == 0


def test_a_signal_that_reaches_another_thread_ends_the_server(gateway: Gateway) -> None:
    _, process = gateway
    others = [int(task.name) for task in Path(f"/proc/{process.pid}/task").iterdir() if int(task.name) != process.pid]
    assert ctypes.CDLL(None).tgkill(process.pid, max(others), signal.SIGTERM) == 0
    assert process.wait(5) == 0


def test_busy_port_is_said_clearly() -> None:
    (port,) = free_ports(1)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(PortInUseError, match=f"Port {port} is taken"):
        serve(Site(lambda environ, start: [], port), "127.0.0.1", 1, on_ready=lambda: None)


def test_site_that_asks_another_is_answered_before_the_process_ends() -> None:
    with running_sites() as (_, second, process), ThreadPoolExecutor(1) as pool:
        answer = pool.submit(requests.get, f"http://127.0.0.1:{second}/", timeout=10)
        assert process.stdout is not None
        assert process.stdout.readline() == "asked\n"
        process.terminate()
        assert answer.result().text == "second of first"
        assert process.wait(10) == 0


def test_busy_port_of_a_further_site_is_said_clearly_and_the_first_is_let_go() -> None:
    first, second = free_ports(2)
    further = [Site(lambda environ, start: [], second)]
    with socket.create_server(("127.0.0.1", second)), pytest.raises(PortInUseError, match=f"Port {second} is taken"):
        serve(Site(lambda environ, start: [], first), "127.0.0.1", 1, on_ready=lambda: None, further=further)
    assert port_is_free(first)


def assert_gateway_survives(port: int, count: int, seed: int) -> None:
    """Sends them sixteen at a time; many leave the server waiting for the rest, so silence is soon an answer."""

    def failure(request: bytes) -> tuple[bytes, bytes] | None:
        received = exchange(port, request, within_s=0.1)
        return (request, received) if any(status >= 500 for status in statuses(received)) else None

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(failure, malformed_requests(count, seed)))
    assert [outcome for outcome in outcomes if outcome] == []
    assert requests.get(f"http://127.0.0.1:{port}/links/a", timeout=5).status_code == 200


def test_malformed_requests_bring_no_server_error(gateway: Gateway) -> None:
    assert_gateway_survives(gateway[0], 300, seed=1)


@pytest.mark.slow
def test_ten_thousand_malformed_requests_bring_no_server_error(gateway: Gateway) -> None:
    assert_gateway_survives(gateway[0], 10_000, seed=2)
