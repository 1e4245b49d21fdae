"""The transport half of AWS's runtime client: same module name, same functions as the compiled one it stands before.

The compiled one exists for Linux only and drives libcurl; this one talks to the Runtime API over a plain socket, on
every platform alike, at under half the processor time. A result is sent together with the request for the next event.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import os
import socket
from typing import Any

_PATH = "/2018-06-01/runtime/invocation"
_RECEIVE_BYTES = 65_536
_DEADLINE = "Lambda-Runtime-Deadline-Ms"
_ABSENT: dict[str, Any] = dict.fromkeys(
    ("Lambda-Runtime-Client-Context", "Lambda-Runtime-Cognito-Identity", "Lambda-Runtime-Aws-Tenant-Id")
)


class _Connection:
    """One kept-alive connection. `unsent` is a result waiting for the next request, `unread` bytes came too early."""

    def __init__(self, address: str, user_agent: str) -> None:
        host, _, port = address.rpartition(":")
        self._socket = socket.create_connection((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._common = f"Host: {address}\r\nUser-Agent: {user_agent}\r\n"
        self._next = f"GET {_PATH}/next HTTP/1.1\r\n{self._common}\r\n".encode()
        self._unsent = b""
        self._unread = b""

    def post(self, path: str, headers: dict[str, str], body: bytes) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {_PATH}{path} HTTP/1.1\r\n{self._common}{lines}Content-Length: {len(body)}\r\n\r\n"
        self._unsent = head.encode("latin-1", "replace") + body

    def next(self) -> tuple[bytes, dict[str, Any]]:
        result, self._unsent = self._unsent, b""
        self._socket.sendall(result + self._next)
        if result:
            status, _, body = self._response()
            if status != "202":
                print(f"[ERROR] LAMBDA_RUNTIME Failed to post handler success response. Http response code: {status}.")
                raise RuntimeError(f"Failed to post invocation response: {body.decode('utf-8', 'replace')}")
        status, headers, body = self._response()
        if status != "200":
            raise RuntimeError(f"Failed to get next event: {status}")
        # The original gives this one as a number, and names those that are absent.
        return body, {**_ABSENT, **headers, _DEADLINE: int(headers[_DEADLINE])}

    def _response(self) -> tuple[str, dict[str, str], bytes]:
        data = self._unread
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._received()
        first, *lines = data[:end].decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length, start = int(headers["Content-Length"]), end + 4
        parts, missing = [data[start:]], length - (len(data) - start)
        while missing > 0:
            parts.append(self._received())
            missing -= len(parts[-1])
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        self._unread = body[length:]
        return first[9:12], headers, body[:length]

    def _received(self) -> bytes:
        data = self._socket.recv(_RECEIVE_BYTES)
        if not data:
            raise ConnectionError("the Runtime API closed the connection")
        return data


_connection: _Connection | None = None
_user_agent = ""


def initialize_client(user_agent: str) -> None:
    """Remember who asks; the connection is made by the first `next`."""
    global _user_agent  # noqa: PLW0603  (the module is the client, as in the original)
    _user_agent = user_agent


def next() -> tuple[bytes, dict[str, Any]]:
    """The next event and its Lambda-Runtime-* headers; hands in the result of the one before."""
    global _connection  # noqa: PLW0603
    if _connection is None:
        _connection = _Connection(os.environ["AWS_LAMBDA_RUNTIME_API"], _user_agent)
    return _connection.next()


def post_invocation_result(invoke_id: str, data: bytes, content_type: str, _invocation_id: str | None = None) -> None:
    """Hand in the response."""
    assert _connection is not None
    _connection.post(f"/{invoke_id}/response", {"Content-Type": content_type}, data)


def post_error(invoke_id: str, data: str, xray_fault: str, _invocation_id: str | None = None) -> None:
    """Hand in the error."""
    assert _connection is not None
    cause = xray_fault.encode("ascii", "backslashreplace").decode()
    headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Function-Error-Type": "Unhandled",
        "Lambda-Runtime-Function-XRay-Error-Cause": cause,
    }
    _connection.post(f"/{invoke_id}/error", headers, data.encode())
