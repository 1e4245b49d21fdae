"""Clients that mean no good: connections that never say anything, slow ones, and those that do not listen."""

from __future__ import annotations

import gc
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from emulator.gateway.websocket.doorway import Doorway
from emulator.gateway.websocket.limits import HANDSHAKE_S, IN_HAND, UNDECIDED
from emulator.gateway.websocket.server import STOP_S
from emulator.gateway.websocket.socket import Socket
from tests.fakes.waiting import wait_for
from tests.fakes.websockets import STAGE, RunningApis, api, route, running

HANDSHAKE = (
    f"GET /{STAGE} HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
).encode()


@pytest.fixture
def here() -> Iterator[RunningApis]:
    with running(api(route("$default", two_way=True)), answer=lambda event: {"statusCode": 200, "body": "hi"}) as apis:
        yield apis


def is_over(connection: socket.socket) -> bool:
    """Whether the server hung up."""
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_thousand_half_open_handshakes_keep_nobody_out_and_leave_nothing_behind(here: RunningApis) -> None:
    crowd = [here.tcp(HANDSHAKE[: 10 + number % 80]) for number in range(UNDECIDED + 100)]
    began = time.perf_counter()
    with here.connect() as connection:
        connection.send("x")
        assert connection.recv(timeout=5) == "hi"
    took_s = time.perf_counter() - began

    # Nobody waits for the time that a half-open handshake is given.
    assert took_s < HANDSHAKE_S / 2
    # The oldest have made room.
    assert wait_for(lambda: all(is_over(one) for one in crowd[:100]))
    assert not is_over(crowd[-1])
    for one in crowd:
        one.close()
    assert wait_for(lambda: here.server.undecided == 0)


def test_slow_handshake_is_ended_in_time(here: RunningApis) -> None:
    with here.tcp(HANDSHAKE[:20]) as connection:
        assert wait_for(lambda: here.server.undecided == 1)
        here.clock.move(10)
        assert wait_for(lambda: is_over(connection))


def test_nothing_is_left_of_connections_that_are_over(here: RunningApis) -> None:
    before = left()
    for _ in range(20):
        here.tcp(HANDSHAKE).close()
        here.tcp(HANDSHAKE[:50]).close()
        with here.connect() as connection:
            connection.send("x")
            connection.recv(timeout=5)
    assert wait_for(lambda: len(here.server.sockets) == 0 and here.server.undecided == 0)

    assert wait_for(lambda: left() <= before, every_s=0.1)


def left() -> int:
    """How many sockets and doorways the garbage collector still knows, of this test and others."""
    gc.collect()
    return sum(type(one) in (Socket, Doorway) for one in gc.get_objects())


def test_nonsense_is_refused(here: RunningApis) -> None:
    for nonsense in (b"\x16\x03\x01\x02\x00\x01\x00", b"HELLO\r\n\r\n", b"GET / HTTP/1.1\r\nbad header\r\n\r\n"):
        with here.tcp(nonsense) as connection:
            assert connection.recv(1_024).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ((b"GET", b"POST"), b"405"),
        ((b"HTTP/1.1\r\nHost", b"HTTP/1.0\r\nHost"), b"505"),
        ((b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Version: 12"), b"400"),
        ((b"dGhlIHNhbXBsZSBub25jZQ==", b"short"), b"400"),
        ((b"Upgrade: websocket", b"Upgrade: h2c"), b"426"),
    ],
)
def test_handshake_that_is_none_is_refused(here: RunningApis, changed: tuple[bytes, bytes], status: bytes) -> None:
    with here.tcp(HANDSHAKE.replace(*changed)) as connection:
        assert connection.recv(1_024).split()[1] == status


def test_endless_headers_are_refused_before_they_end(here: RunningApis) -> None:
    with here.tcp(HANDSHAKE[:-2] + b"X: " + b"x" * 11_000) as connection:
        assert connection.recv(1_024).startswith(b"HTTP/1.1 431 ")


def test_frames_sent_before_the_answer_are_no_handshake(here: RunningApis) -> None:
    early = b"\x81\x81\x00\x00\x00\x00x"
    with here.tcp(HANDSHAKE + early) as connection:
        assert connection.recv(1_024).startswith(b"HTTP/1.1 400 ")


def test_stopping_does_not_wait_for_a_client_that_does_not_answer() -> None:
    with running() as here:
        with here.tcp(HANDSHAKE) as connection:
            here.events("CONNECT")
            assert wait_for(lambda: len(here.server.sockets) == 1)
            began = time.perf_counter()
            here.server.stop()
            took_s = time.perf_counter() - began
            connection.recv(4_096)
        assert len(here.events("DISCONNECT")) == 1

    assert took_s < STOP_S


def test_client_that_leaves_before_it_is_let_in_is_disconnected() -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def answer(event: object) -> object:
        arrived.set()
        go_on.wait(5)
        return {"statusCode": 200}

    with running(answer=answer) as here:
        with here.tcp(HANDSHAKE):
            assert arrived.wait(5)
        go_on.set()
        assert len(here.events("DISCONNECT")) == 1
        assert wait_for(lambda: len(here.server.sockets) == 0)


def test_flood_of_one_client_is_read_no_faster_than_it_is_handled() -> None:
    go_on = threading.Event()

    def answer(event: object) -> object:
        if "flood" in str(event):
            go_on.wait(10)
        return {"statusCode": 200, "body": "x" * 1_000}

    with running(api(route("$default", two_way=True)), answer=answer, threads=2) as here, here.connect() as client:
        text = json.dumps({"text": "flood" * 400})
        sending = threading.Thread(target=lambda: [client.send(text) for _ in range(500)])
        sending.start()
        socket_here = wait_for(lambda: next(iter(here.server.sockets), None))
        assert socket_here is not None
        assert wait_for(lambda: socket_here.in_hand >= IN_HAND)
        in_hand = socket_here.in_hand
        go_on.set()
        assert [len(str(client.recv(timeout=10))) for _ in range(500)] == [1_000] * 500

        sending.join()

    # What had arrived in one piece with the last message was read with it.
    assert in_hand < 400


def test_functions_answer_may_be_slow_while_others_talk() -> None:
    go_on = threading.Event()

    def answer(event: object) -> object:
        if "slow" in str(event):
            go_on.wait(5)
        return {"statusCode": 200, "body": "hi"}

    apis = api(route("$default", two_way=True))
    with running(apis, answer=answer) as here, here.connect() as patient, here.connect() as other:
        patient.send("slow")
        other.send("x")
        assert other.recv(timeout=5) == "hi"
        go_on.set()
        assert patient.recv(timeout=5) == "hi"
