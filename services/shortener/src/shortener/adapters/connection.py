"""One kept-alive HTTP/1.1 connection: send a whole request, read a whole answer.

The standard library's client parses headers as e-mail and sends head and body apart; both ends together then spend
0.2 ms more on every redirect. https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import socket
from typing import BinaryIO

_MAX_LINE = 65_536
_MAX_HEADERS = 200


class BrokenConnectionError(Exception):
    """The other end closed, or does not speak HTTP. Nothing more can be read here."""


class Connection:
    """Connects at the first exchange. `host` as in a URL, with its port if it is not the scheme's."""

    def __init__(self, host: str, *, secure: bool, timeout_s: float) -> None:
        name, separator, port = host.rpartition(":")
        bare = not separator or not port.isdigit()
        self._name = (host if bare else name).strip("[]")
        self._port = (443 if secure else 80) if bare else int(port)
        self._secure, self._timeout_s = secure, timeout_s
        self._socket: socket.socket | None = None
        self._reader: BinaryIO | None = None

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer. Raises OSError (timeouts too) or BrokenConnectionError, and is closed then."""
        if self._socket is None:
            self._open()
        assert self._socket is not None
        assert self._reader is not None
        try:
            self._socket.sendall(request)
            return self._answer(self._reader)
        except (OSError, BrokenConnectionError):
            self.close()
            raise
        except ValueError as error:
            self.close()
            raise BrokenConnectionError("The answer is not HTTP.") from error

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        if self._socket is not None:
            self._socket.close()
        self._socket = self._reader = None

    def _open(self) -> None:
        plain = socket.create_connection((self._name, self._port), self._timeout_s)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = _encrypted(plain, self._name) if self._secure else plain
        self._reader = self._socket.makefile("rb")

    def _answer(self, reader: BinaryIO) -> tuple[int, bytes]:
        status = _status(reader)
        while status == 100:
            _headers(reader)
            status = _status(reader)
        headers = _headers(reader)
        if headers.get(b"transfer-encoding", b"").lower() == b"chunked":
            body = _chunks(reader)
        elif b"content-length" in headers:
            body = _exactly(reader, int(headers[b"content-length"]))
        elif status == 204:
            body = b""
        else:
            raise BrokenConnectionError("The answer has no length.")
        if headers.get(b"connection", b"").lower() == b"close":
            self.close()
        return status, body


def _encrypted(plain: socket.socket, name: str) -> socket.socket:
    import ssl

    return ssl.create_default_context().wrap_socket(plain, server_hostname=name)


def _line(reader: BinaryIO) -> bytes:
    line = reader.readline(_MAX_LINE)
    if not line.endswith(b"\n"):
        raise BrokenConnectionError("The other end closed the connection." if not line else "The answer is cut off.")
    return line


def _status(reader: BinaryIO) -> int:
    version, _, rest = _line(reader).partition(b" ")
    if not version.startswith(b"HTTP/1."):
        raise BrokenConnectionError("The answer is not HTTP.")
    return int(rest[:3])


def _headers(reader: BinaryIO) -> dict[bytes, bytes]:
    headers: dict[bytes, bytes] = {}
    for _ in range(_MAX_HEADERS):
        line = _line(reader)
        if line in (b"\r\n", b"\n"):
            return headers
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    raise BrokenConnectionError("The answer has too many headers.")


def _chunks(reader: BinaryIO) -> bytes:
    body = b""
    while size := int(_line(reader).partition(b";")[0], 16):
        body += _exactly(reader, size)
        _line(reader)
    _headers(reader)
    return body


def _exactly(reader: BinaryIO, size: int) -> bytes:
    body = reader.read(size) if size else b""
    if len(body) != size:
        raise BrokenConnectionError("The answer is cut off.")
    return body
