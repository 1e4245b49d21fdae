"""The server that keeps requests as they were sent, on a real socket."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from emulator.gateway.serving.listening import listening_socket
from emulator.gateway.serving.verbatim_server import VerbatimServer
from emulator.gateway.serving.wsgi_request import RAW_HEADERS, RAW_PATH
from tests.fakes.free_ports import free_port

LIMIT_BYTES = 1_000
OTHER_DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
CLOSE = b"Host: x\r\nConnection: close\r\n"


def tell(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Answers what it was asked."""
    dated = [("Date", OTHER_DATE)] if environ["PATH_INFO"] == "/dated" else []
    start("200 OK", [("content-type", "application/json"), *dated])
    seen = {"headers": environ[RAW_HEADERS], "raw": environ[RAW_PATH], "path": environ["PATH_INFO"]}
    body = environ["wsgi.input"].read().decode()
    return [json.dumps({**seen, "host": environ["HTTP_HOST"], "a": environ.get("HTTP_X_A"), "body": body}).encode()]


class Running:
    def __init__(self) -> None:
        self.port = free_port()
        self.server = VerbatimServer(tell, listening_socket("127.0.0.1", self.port), 2, LIMIT_BYTES)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 5)

    def exchange(self, request: bytes) -> bytes:
        """Everything that comes until the server closes the connection."""
        with self.connect() as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def asked(self, request: bytes) -> Any:
        _, _, body = self.exchange(request).partition(b"\r\n\r\n")
        return json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])

    def ends_within(self, seconds: float) -> bool:
        self.server.stop()
        return self.server.end(time.monotonic() + seconds)


@pytest.fixture
def running() -> Iterator[Running]:
    started = Running()
    yield started
    started.server.stop()
    started.server.end(time.monotonic() + 10)


def test_names_repeats_and_path_are_as_they_were_sent(running: Running) -> None:
    seen = running.asked(b"GET /a%2fb/%C3%A4?q=1 HTTP/1.1\r\nX-A: 1\r\nx-a: 2\r\nX_A: 3\r\n" + CLOSE + b"\r\n")
    sent = [["X-A", "1"], ["x-a", "2"], ["X_A", "3"], ["Host", "x"], ["Connection", "close"]]
    assert (seen["headers"], seen["raw"]) == (sent, "/a%2fb/%C3%A4")
    # What the rest of WSGI sees: decoded once, one character per byte; a name with an underscore passes for no other.
    assert (seen["path"], seen["a"]) == ("/a/b/Ã¤", "1,2")


@pytest.mark.parametrize(("sent", "read"), [(0, 0), (999, 999), (1_000, 1_000), (1_001, 1_001), (5_000, 1_001)])
def test_one_byte_more_than_the_limit_is_read_of_a_body(running: Running, sent: int, read: int) -> None:
    head = b"POST / HTTP/1.1\r\n" + CLOSE + f"Content-Length: {sent}\r\n\r\n".encode()
    assert running.asked(head + b"x" * sent)["body"] == "x" * read


def test_answer_has_one_date_its_own_if_it_has_one(running: Running) -> None:
    dates = {}
    for path in ("/", "/dated"):
        head, _, _ = running.exchange(f"GET {path} HTTP/1.1\r\n".encode() + CLOSE + b"\r\n").partition(b"\r\n\r\n")
        (dates[path],) = (line.decode()[6:] for line in head.split(b"\r\n") if line.lower().startswith(b"date: "))
    assert dates["/dated"] == OTHER_DATE
    assert abs(parsedate_to_datetime(dates["/"]).timestamp() - time.time()) < 5


def test_requests_in_a_row_are_answered_in_a_row(running: Running) -> None:
    both = b"POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\n" + CLOSE + b"\r\n"
    received = running.exchange(both)
    assert received.count(b"HTTP/1.1 200 OK") == 2
    assert received.index(b'"/1"') < received.index(b'"/2"')


def test_answers_do_not_wait_for_the_client_to_acknowledge_what_came_before() -> None:
    with listening_socket("127.0.0.1", free_port()) as listening:
        # What asyncio looks at before it sets TCP_NODELAY.
        assert listening.proto == socket.IPPROTO_TCP


def test_what_follows_a_chunked_body_is_no_header(running: Running) -> None:
    body = b"3\r\nabc\r\n0\r\nAuthorization: forged\r\n\r\n"
    seen = running.asked(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + CLOSE + b"\r\n" + body)
    assert seen["body"] == "abc"
    assert "Authorization" not in dict(seen["headers"])


def test_head_without_an_end_is_not_collected(running: Running) -> None:
    with running.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        with pytest.raises(OSError, match=r"reset|[Bb]roken"):
            connection.sendall(b"a" * 50_000_000)


def test_half_a_body_does_not_hold_up_the_stop(running: Running) -> None:
    with running.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        running.exchange(b"GET / HTTP/1.1\r\n" + CLOSE + b"\r\n")
        assert running.ends_within(8)


def test_body_that_is_still_coming_is_answered_when_the_server_stops(running: Running) -> None:
    with running.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc")
        running.exchange(b"GET / HTTP/1.1\r\n" + CLOSE + b"\r\n")
        ending = threading.Thread(target=running.ends_within, args=(8,))
        ending.start()
        connection.sendall(b"def")
        assert b'"body": "abcdef"' in b"".join(iter(lambda: connection.recv(65_536), b""))
        ending.join()
