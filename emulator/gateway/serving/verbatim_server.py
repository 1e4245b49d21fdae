"""Serves a WSGI application that is to see requests as they were sent: names of headers in their case, the raw path.

By uvicorn with its C parser: the library below granian lower-cases names, joins repeated headers and decodes paths.
"""

from __future__ import annotations

import asyncio
import io
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote_to_bytes

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from emulator.gateway.serving.wsgi_call import Answer, WsgiApp, called
from emulator.gateway.serving.wsgi_request import RAW_HEADERS, RAW_PATH

_KEEP_ALIVE_S = 75
_PATIENCE_S = 30.0
"""So long a client may take for the head of a request, and be silent in its body; granian allows as much for heads."""
_LAST_BYTES_S = 1.0
"""So long it may take for the rest of a body once the server stops."""
_HEAD_BYTES = 65_536
"""More of a request's head is not read; what an API accepts is far less and has an answer of its own."""

_Message = dict[str, Any]


class VerbatimServer:
    """One application on one port; serves from the beginning, in threads of its own."""

    def __init__(self, app: WsgiApp, listening: socket.socket, threads: int, body_limit_bytes: int) -> None:
        """`threads`: so many requests are answered at a time. Of a body, one byte more than the limit is read."""
        config = uvicorn.Config(
            _Bridge(app, threads, body_limit_bytes),
            http=_Connection,
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            log_level="error",
            server_header=False,
            date_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="verbatim", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Accept nobody any more; what is in hand is still answered."""
        self._server.should_exit = True

    def end(self, give_up: float) -> bool:
        """Wait until all is answered, at most until `give_up` on the monotonic clock."""
        self._thread.join(max(0.0, give_up - time.monotonic()))
        return not self._thread.is_alive()


class _Connection(HttpToolsProtocol):
    """uvicorn's, which besides keeps the names of headers as they were written, and waits for nobody for ever."""

    _patience: asyncio.TimerHandle | None = None
    _in_head = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_waiting()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > _HEAD_BYTES:
                self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0
        self._written: list[tuple[bytes, bytes]] = []
        self.scope["state"][RAW_HEADERS] = self._written
        self._wait()

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        # What follows a chunked body is no header: it was not there when access was judged.
        if self._in_head:
            self._written.append((name, value))

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()
        self._wait()

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._wait()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._stop_waiting()

    def shutdown(self) -> None:
        """What has come only half by a moment from now cannot be answered."""
        if self.cycle is not None and self.cycle.more_body:
            self._wait(_LAST_BYTES_S)
        super().shutdown()

    def _wait(self, patience_s: float = _PATIENCE_S) -> None:
        self._stop_waiting()
        self._patience = self.loop.call_later(patience_s, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()


class _Bridge:
    """An ASGI application that asks a WSGI one, on threads."""

    def __init__(self, app: WsgiApp, threads: int, body_limit_bytes: int) -> None:
        self._app, self._body_limit_bytes = app, body_limit_bytes
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="verbatim")

    async def __call__(
        self,
        scope: _Message,
        receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        body = await _whole_body(receive, self._body_limit_bytes + 1)
        if body is None:
            return
        environ = _environ(scope, body)
        answer: Answer = await asyncio.get_running_loop().run_in_executor(self._pool, called, self._app, environ)
        headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in _dated(answer)]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})


def _dated(answer: Answer) -> list[tuple[str, str]]:
    """What a distribution's origin answered has its date already."""
    if any(name.lower() == "date" for name, _ in answer.headers):
        return answer.headers
    return [*answer.headers, ("date", formatdate(usegmt=True))]


async def _whole_body(receive: Callable[[], Awaitable[_Message]], most_bytes: int) -> io.BytesIO | None:
    """None when the client is gone."""
    body = io.BytesIO()
    while body.tell() < most_bytes:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body.write(message.get("body", b""))
        if not message.get("more_body"):
            break
    body.truncate(min(body.tell(), most_bytes))
    body.seek(0)
    return body


def _environ(scope: _Message, body: io.BytesIO) -> dict[str, Any]:
    raw_path: bytes = scope["raw_path"]
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["state"][RAW_HEADERS]]
    environ = {
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": unquote_to_bytes(raw_path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        RAW_PATH: raw_path.decode("latin-1"),
        RAW_HEADERS: headers,
    }
    for name, value in headers:
        # With an underscore it would be mistaken for one with a hyphen.
        if "_" not in name:
            key = _key(name)
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    return {**environ, "CONTENT_LENGTH": str(body.getbuffer().nbytes)}


def _key(name: str) -> str:
    upper = name.upper().replace("-", "_")
    return upper if upper in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{upper}"
