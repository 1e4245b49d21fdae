"""A TCP connection that has not become a WebSocket: reads requests by httptools and hands each to who answers it.

Whoever does not say in time what he wants is shown out.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, Protocol

import httptools
from websockets.datastructures import Headers
from websockets.http11 import Response

from emulator.gateway.serving.wsgi_request import status_line
from emulator.gateway.websocket.limits import HEADERS_BYTES, KEEP_ALIVE_S, MESSAGE_BYTES
from emulator.payloads.http_message import HttpResponse

_BAD_REQUEST = HttpResponse(400, (), b"")
_TOO_LARGE = HttpResponse(413, (), b"")
_HEADERS_TOO_LARGE = HttpResponse(431, (), b"")


class Reception(Protocol):
    """Who answers the requests of a doorway, on the event loop's thread."""

    def entered(self, doorway: Doorway) -> None:
        """Somebody is at the door and has said nothing; he must within `limits.HANDSHAKE_S`."""

    def left(self, doorway: Doorway) -> None:
        """He has said what he wants, or is gone."""

    def asked(self, doorway: Doorway, request: PlainRequest) -> None:
        """A whole request; `doorway.answer` is to be called."""

    def upgrading(self, doorway: Doorway, request: PlainRequest) -> None:
        """A request for a WebSocket; `doorway` reads nothing more until it is answered."""


class PlainRequest:
    """A request as it came in: the target undecoded, header names as sent. `body` is cut where it is too large."""

    __slots__ = ("body", "head_bytes", "headers", "method", "target", "version")

    def __init__(self) -> None:
        self.head_bytes = 0
        self.method = self.version = ""
        self.target = b""
        self.headers: list[tuple[str, str]] = []
        self.body = bytearray()

    def header(self, name: str) -> str | None:
        """The first of this name, which is lower-case."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def path(self) -> str:
        return self.target.decode("latin-1").partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.decode("latin-1").partition("?")[2]


class Doorway(asyncio.Protocol):
    """One connection, from the first byte until it is closed or taken over by a Socket."""

    def __init__(self, reception: Reception, loop: asyncio.AbstractEventLoop) -> None:
        self._reception, self._loop = reception, loop
        self._request = PlainRequest()
        self._parser: Any = None
        self._unread_bytes = 0
        self._keep_alive = False
        self._timer: asyncio.TimerHandle | None = None
        self._answered_s = 0.0

    # ---- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._parser = httptools.HttpRequestParser(self)
        self._reception.entered(self)

    def data_received(self, data: bytes) -> None:
        self._unread_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._upgrade(early=upgrade.args[0] < len(data))
        except httptools.HttpParserError:
            self.answer(_BAD_REQUEST, close=True)
        else:
            if not self._request.version and self._unread_bytes > HEADERS_BYTES:
                self.answer(_HEADERS_TOO_LARGE, close=True)

    def connection_lost(self, error: Exception | None) -> None:
        del error
        self._stop_waiting()
        self._reception.left(self)
        self._leave()

    # ---- httptools

    def on_message_begin(self) -> None:
        self._request = PlainRequest()

    def on_url(self, url: bytes) -> None:
        self._request.target += url
        self._request.head_bytes += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._request.headers.append((name.decode("latin-1"), value.decode("latin-1")))
        self._request.head_bytes += len(name) + len(value)

    def on_headers_complete(self) -> None:
        self._request.method = self._parser.get_method().decode("ascii")
        self._request.version = self._parser.get_http_version()
        self._keep_alive = self._parser.should_keep_alive()
        if self._request.header("expect"):
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if len(self._request.body) <= MESSAGE_BYTES:
            self._request.body += body

    def on_message_complete(self) -> None:
        if self._parser.should_upgrade() or self.transport.is_closing():
            return
        self._unread_bytes = 0
        if self._request.head_bytes > HEADERS_BYTES:
            self.answer(_HEADERS_TOO_LARGE, close=True)
        else:
            self._reception.asked(self, self._request)

    # ---- answers

    def answer(self, response: HttpResponse, *, close: bool = False) -> None:
        """Send it; the connection goes on when the client wants that and `close` does not forbid it."""
        if self.transport.is_closing():
            return
        close = close or not self._keep_alive
        self.transport.write(_serialized(response, close=close))
        if close:
            self.transport.close()
        else:
            self._expect_more()

    def open(self, headers: Headers, subprotocol: str | None) -> None:
        """Answer a handshake: what follows are frames, and another protocol's business."""
        if subprotocol is not None:
            headers["Sec-WebSocket-Protocol"] = subprotocol
        self._stop_waiting()
        self.transport.write(Response(101, HTTPStatus.SWITCHING_PROTOCOLS.phrase, headers).serialize())
        self._leave()

    @property
    def source_ip(self) -> str:
        address = self.transport.get_extra_info("peername")
        return str(address[0]) if address else ""

    def show_out(self) -> None:
        """Without a word: whoever waits so long listens to nobody."""
        self.transport.abort()

    def _upgrade(self, *, early: bool) -> None:
        self.transport.pause_reading()
        self._reception.left(self)
        if self._request.head_bytes > HEADERS_BYTES:
            self.answer(_HEADERS_TOO_LARGE, close=True)
        elif early:
            # Nobody may send frames before he is let in: https://datatracker.ietf.org/doc/html/rfc6455#section-4.1
            self.answer(_BAD_REQUEST, close=True)
        else:
            self._reception.upgrading(self, self._request)

    def _expect_more(self) -> None:
        self._reception.left(self)
        self._answered_s = self._loop.time()
        if self._timer is None:
            self._timer = self._loop.call_later(KEEP_ALIVE_S, self._waited)

    def _waited(self) -> None:
        """One timer goes on while requests come: one for each would cost as much as the answer."""
        rest_s = self._answered_s + KEEP_ALIVE_S - self._loop.time()
        if rest_s <= 0:
            self.show_out()
        else:
            self._timer = self._loop.call_later(rest_s, self._waited)

    def _leave(self) -> None:
        """Parser and doorway know each other: without this each handshake would wait for the garbage collector."""
        self._parser = None

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def _serialized(response: HttpResponse, *, close: bool) -> bytes:
    lines = [f"HTTP/1.1 {status_line(response.status)}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    lines.append(f"Connection: {'close' if close else 'keep-alive'}")
    if response.status != HTTPStatus.NO_CONTENT:
        lines.append(f"Content-Length: {len(response.body)}")
    return "\r\n".join((*lines, "", "")).encode("latin-1", "replace") + response.body
