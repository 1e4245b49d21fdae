"""The load generator measures what a server does: against servers of which it is known."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.bench.arrivals import open_loop
from tests.bench.http_wire import answer_length, status_of, target
from tests.bench.load import closed_loop, percentile

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def serving(answer: Callable[[int], bytes]) -> Iterator[str]:
    """A server that answers its n-th request with `answer(n)`; empty bytes close the connection."""
    door = socket.create_server(("127.0.0.1", 0))
    lock, count = threading.Lock(), 0

    def serve(connection: socket.socket) -> None:
        nonlocal count
        with connection, suppress(ConnectionError):
            while connection.recv(65_536):
                with lock:
                    number, count = count, count + 1
                    reply = answer(number)
                if not reply:
                    return
                connection.sendall(reply)

    def accept() -> None:
        while True:
            try:
                connection, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}/"
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()


@pytest.mark.parametrize("connections", [1, 3])
def test_closed_loop_counts_every_answer_by_its_status(connections: int) -> None:
    gone = b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n"
    with serving(lambda number: gone if number % 2 else OK) as url:
        load = closed_loop(target(url), connections=connections, seconds=0.2)
    assert set(load.statuses) == {200, 410}
    assert load.requests == sum(load.statuses.values())
    assert load.succeeded == load.statuses[200]
    assert abs(load.success_percent - 50) < 5


@pytest.mark.parametrize("connections", [1, 3])
def test_a_lost_connection_is_a_failure_and_the_load_goes_on(connections: int) -> None:
    with serving(lambda number: b"" if number == 5 else OK) as url:
        load = closed_loop(target(url), connections=connections, seconds=0.2)
    assert load.statuses[0] >= 1
    assert load.succeeded > 20


def test_open_loop_sends_all_requests_at_the_rate_asked_for() -> None:
    with serving(lambda _number: OK) as url:
        load = open_loop([target(url)], users=10, rate=500, requests=150)
    assert load.succeeded == 150
    assert load.seconds > 0.25


def test_open_loop_counts_the_wait_of_requests_that_fell_due_while_the_server_stalled() -> None:
    def stall_once(number: int) -> bytes:
        if number == 20:
            threading.Event().wait(0.4)
        return OK

    with serving(stall_once) as url:
        load = open_loop([target(url)], users=5, rate=200, requests=120)
    # 80 of 120 requests fell due within the 0.4 s: a closed loop would have seen one slow answer.
    assert load.p50_ms > 50
    assert load.max_ms > 350


def test_percentile_is_the_nearest_rank() -> None:
    seconds = [number / 1000 for number in range(1, 101)]
    assert [percentile(seconds, rank) for rank in (1, 50, 99, 100)] == [1.0, 50.0, 99.0, 100.0]


def test_an_answer_is_whole_only_when_its_body_is() -> None:
    assert answer_length(OK) == len(OK)
    assert answer_length(OK[:-1]) is None
    assert answer_length(OK[:20]) is None
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    assert answer_length(chunked) == len(chunked)
    assert answer_length(chunked[:-3]) is None
    assert status_of(b"HTTP/1.1 302 Found\r\n") == 302


def test_a_request_is_built_once_with_everything_a_server_needs() -> None:
    posted = target("http://127.0.0.1:3001/a?b=c", body=b"{}").request
    assert posted.startswith(b"POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:3001\r\n")
    assert posted.endswith(b"\r\nContent-Length: 2\r\n\r\n{}")
