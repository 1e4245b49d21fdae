"""Reads the few HTTP/1.1 requests that a runtime client sends, from bytes as they arrive. Pure; no general HTTP server.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_ERROR_TYPE = re.compile(rb"\r\nlambda-runtime-function-error-type:[ \t]*([^\r]*)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r]*chunked", re.IGNORECASE)

MAX_HEAD = 2 * 1024 * 1024  # the X-Ray cause header alone may be 1 MB


class BadRequestError(Exception):
    """The client sent something that is not a Runtime API request."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `body` is empty when it was over the limit, `size` is what the client announced."""

    method: str
    path: str
    body: bytes
    size: int
    error_type: str | None = None


class RequestReader:
    """Collects bytes until a request is whole. Bodies above `max_body` bytes are read and thrown away."""

    def __init__(self, max_body: int) -> None:
        self._max_body = max_body
        self._buffer = bytearray()
        self._skip = 0
        self._pending: Request | None = None

    def feed(self, data: bytes) -> None:
        if self._skip:
            dropped = min(self._skip, len(data))
            self._skip -= dropped
            data = data[dropped:]
        self._buffer += data

    def take(self) -> Request | None:
        """The next whole request, or None until more bytes came; raises BadRequestError."""
        if self._pending is not None:
            if self._skip:
                return None
            done, self._pending = self._pending, None
            return done
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                raise BadRequestError("the head of the request has no end")
            return None
        head = bytes(self._buffer[:end])
        found = _LENGTH.search(head)
        if found is None and _CHUNKED.search(head):
            return self._chunked(head, end + 4)
        size = int(found.group(1)) if found else 0
        if size > self._max_body:
            return self._oversized(head, end + 4, size)
        if len(self._buffer) < end + 4 + size:
            return None
        body = bytes(self._buffer[end + 4 : end + 4 + size])
        del self._buffer[: end + 4 + size]
        return _request(head, body, size)

    def _oversized(self, head: bytes, start: int, size: int) -> Request | None:
        here = len(self._buffer) - start
        dropped = min(here, size)
        del self._buffer[: start + dropped]
        self._skip = size - dropped
        self._pending = _request(head, b"", size)
        return self.take()

    def _chunked(self, head: bytes, start: int) -> Request | None:
        """Custom runtimes stream their answers; the whole is put together here."""
        body, position = bytearray(), start
        while True:
            line_end = self._buffer.find(b"\r\n", position)
            if line_end < 0:
                return None
            try:
                size = int(bytes(self._buffer[position:line_end]).split(b";")[0], 16)
            except ValueError:
                raise BadRequestError("a chunk without a size") from None
            position = line_end + 2 + size + 2
            if len(self._buffer) < position:
                return None
            if size == 0:
                break
            body += self._buffer[line_end + 2 : position - 2]
        del self._buffer[:position]
        return _request(head, bytes(body) if len(body) <= self._max_body else b"", len(body))


def _request(head: bytes, body: bytes, size: int) -> Request:
    try:
        method, path, _ = head[: head.find(b"\r\n")].decode("ascii").split(" ", 2)
    except (UnicodeDecodeError, ValueError):
        raise BadRequestError(f"not a request line: {head[:80]!r}") from None
    error = _ERROR_TYPE.search(head) if path.endswith("/error") else None
    return Request(method, path, body, size, error.group(1).decode("latin-1") if error else None)


def response(status: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()) -> bytes:
    """The bytes of one answer: `status` is e.g. "202 Accepted"."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode(
            "latin-1"
        )
        + body
    )
