"""One kept-alive HTTP/1.1 connection for small answers: send a whole request, wait for a status.

The standard library's client takes ten times as long for each, and a message to many sockets is many requests.
https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import asyncio
import ssl
from urllib.parse import urlsplit

_MOST_BYTES = 65_536
_HEAD_END = b"\r\n\r\n"


class Line(asyncio.Protocol):
    """Made by `dial`. One request at a time."""

    def __init__(self) -> None:
        self._received = b""
        self._asked: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes, timeout_s: float) -> int:
        """The status of the answer. Raises OSError: TimeoutError, or ConnectionError when the other end hangs up or
        does not speak HTTP. The line is closed then."""
        assert self._transport is not None
        self._asked = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            async with asyncio.timeout(timeout_s):
                return await self._asked
        except OSError:
            self._transport.abort()
            raise

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    # ---- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if len(self._received) > _MOST_BYTES:
            self._fail("The answer is too long.")
        elif _HEAD_END in self._received:
            self._read()

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(f"The other end hung up: {error}")

    def _read(self) -> None:
        """Nothing while a part of the body is missing."""
        head, _, body = self._received.partition(_HEAD_END)
        lines = head.lower().split(b"\r\n")
        headers = {name: value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
        try:
            status, length = int(lines[0].split(b" ", 2)[1]), int(headers.get(b"content-length", b"0"))
        except (ValueError, IndexError):
            self._fail("The answer is not HTTP.")
            return
        if len(body) < length:
            return
        self._received = b""
        if headers.get(b"connection") == b"close" or b"transfer-encoding" in headers:
            # What follows could not be told from the next answer.
            self.close()
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(status)

    def _fail(self, why: str) -> None:
        if self._asked is not None and not self._asked.done():
            self._asked.set_exception(ConnectionError(why))


async def dial(base: str, timeout_s: float) -> Line:
    """A line to `base`, http or https. Raises OSError."""
    parts = urlsplit(base)
    secure = parts.scheme == "https"
    context = ssl.create_default_context() if secure else None
    async with asyncio.timeout(timeout_s):
        _, line = await asyncio.get_running_loop().create_connection(
            Line, parts.hostname or "", parts.port or (443 if secure else 80), ssl=context
        )
    return line
