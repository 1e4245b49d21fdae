"""One environment's Runtime API: a listening socket of its own and the one connection its runtime client keeps open.

Answering the pending `GET …/next` is the invocation; reading the `POST …/response` that follows is the result.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct

from emulator.runtime.http_messages import BadRequestError, Request, RequestReader, response

_RECEIVE_BYTES = 32_768  # larger buffers come from mmap, which costs more than the bytes
_SOON = struct.pack("ll", 0, 20_000)  # a timeval: 20 ms
NEXT = "/runtime/invocation/next"
ACCEPTED = response("202 Accepted", b'{"status":"OK"}\n')
TOO_LARGE = response("413 Request Entity Too Large", b'{"errorType":"RequestEntityTooLarge"}\n')
NOT_FOUND = response("404 Not Found", b"404 page not found")


class Channel:
    """Sockets of one environment. `poller` watches them; what else must be watched is registered by the owner."""

    def __init__(self, max_body: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=4)
        self._listener.setblocking(False)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._max_body = max_body
        self._connections: dict[int, tuple[socket.socket, RequestReader]] = {}
        self._asking: socket.socket | None = None
        self._client = -1
        self._owed = b""
        self.poller = select.poll()
        self.poller.register(self._listener, select.POLLIN)

    @property
    def asked(self) -> bool:
        """The runtime client waits for the next event."""
        return self._asking is not None

    def owns(self, fd: int) -> bool:
        return fd == self._listener.fileno() or fd in self._connections

    def answer_soon(self) -> Request | None:
        """Wait up to 20 ms for the runtime client and read: the short way of a warm call, without asking the poller."""
        return self._receive(self._client) if self._client in self._connections else None

    def read(self, fd: int) -> Request | None:
        """Take what came on `fd`; a request other than `next` is returned, `next` is remembered in `asked`."""
        if fd == self._listener.fileno():
            self._accept()
            return None
        return self._receive(fd)

    def _receive(self, fd: int) -> Request | None:
        connection, reader = self._connections[fd]
        try:
            data = connection.recv(_RECEIVE_BYTES)
            reader.feed(data)
            request = reader.take() if data else None
        except BlockingIOError:
            return None
        except (BadRequestError, ConnectionError):
            data, request = b"", None
        if not data:
            self._drop(fd)
            return None
        if request is None:
            return None
        if request.path.endswith(NEXT):
            self._asking, self._client = connection, fd
            return None
        return self._answered(connection, reader, request)

    def send_event(self, head: tuple[tuple[str, str], ...], payload: bytes) -> bool:
        """Answer the pending `next`; False when the client is gone."""
        connection, self._asking = self._asking, None
        owed, self._owed = self._owed, b""
        try:
            if connection is not None:
                connection.sendall(owed + response("200 OK", payload, head))
        except OSError:
            return False
        return connection is not None

    def close(self) -> None:
        for connection, _ in self._connections.values():
            connection.close()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            connection, _ = self._listener.accept()
            connection.setblocking(True)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _SOON)
            self._connections[connection.fileno()] = (connection, RequestReader(self._max_body))
            self.poller.register(connection, select.POLLIN)

    def _answered(self, connection: socket.socket, reader: RequestReader, request: Request) -> Request | None:
        """Answer a POST: at once, or together with the next event where the client has already asked for one."""
        known = request.method == "POST" and request.path.startswith("/2018-06-01/runtime/")
        answer = (TOO_LARGE if request.size > self._max_body else ACCEPTED) if known else NOT_FOUND
        following = reader.take()
        if answer is ACCEPTED and following is not None and following.path.endswith(NEXT):
            self._asking, self._owed = connection, answer
        else:
            with contextlib.suppress(OSError):
                connection.sendall(answer)
        return request if known else None

    def _drop(self, fd: int) -> None:
        connection, _ = self._connections.pop(fd)
        self.poller.unregister(fd)
        if self._asking is connection:
            self._asking = None
        connection.close()
