"""One kept-alive HTTP/1.1 connection for small answers: send a whole request, read a status.

The standard library's client takes five times as long for each, and a message to many sockets is many requests.
https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

_MOST_BYTES = 65_536


class BrokenExchangeError(Exception):
    """The other end closed, or does not speak HTTP."""


class Exchange:
    """Connects at the first request. `base` is http or https."""

    def __init__(self, base: str, timeout_s: float) -> None:
        parts = urlsplit(base)
        self._secure = parts.scheme == "https"
        self._name, self._port = parts.hostname or "", parts.port or (443 if self._secure else 80)
        self._timeout_s = timeout_s
        self._socket: socket.socket | None = None

    def __call__(self, request: bytes) -> int:
        """The status of the answer. Raises OSError (timeouts too) or BrokenExchangeError, and is closed then.

        A connection that was kept may have been closed meanwhile: then a new one gets the request once more.
        """
        if self._socket is not None:
            try:
                return self._once(self._socket, request)
            except TimeoutError:
                raise
            except (OSError, BrokenExchangeError):
                self._socket = None
        return self._once(self._open(), request)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def _once(self, opened: socket.socket, request: bytes) -> int:
        try:
            opened.sendall(request)
            return self._status(opened)
        except (OSError, BrokenExchangeError):
            self.close()
            raise

    def _open(self) -> socket.socket:
        opened = socket.create_connection((self._name, self._port), self._timeout_s)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._secure:
            import ssl

            opened = ssl.create_default_context().wrap_socket(opened, server_hostname=self._name)
        self._socket = opened
        return opened

    def _status(self, opened: socket.socket) -> int:
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += _more(opened, answer)
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        headers = {name: value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
        try:
            status, length = int(lines[0].split(b" ", 2)[1]), int(headers.get(b"content-length", b"0"))
        except (ValueError, IndexError):
            raise BrokenExchangeError("The answer is not HTTP.") from None
        while len(body) < length:
            body += _more(opened, body)
        if headers.get(b"connection") == b"close" or b"transfer-encoding" in headers:
            self.close()
        return status


def _more(opened: socket.socket, so_far: bytes) -> bytes:
    received = opened.recv(_MOST_BYTES)
    if not received or len(so_far) > _MOST_BYTES:
        raise BrokenExchangeError("The answer is cut off, or too long.")
    return received
