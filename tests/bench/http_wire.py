"""HTTP/1.1 as a load generator needs it: requests built once, answers measured with three searches of a buffer.

Knows content-length and chunked answers on kept-alive connections, nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send which bytes, and the status line that counts as success (302 for a redirect)."""

    host: str
    port: int
    request: bytes
    status: int = 200


def target(
    url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None, status: int = 200
) -> Target:
    """A GET, or a POST when there is a body, ready to be sent any number of times."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1"]
    fields = {"Host": f"{host}:{port}", "User-Agent": "terrarium-bench", "Accept": "*/*", **(headers or {})}
    if body is not None:
        fields |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return Target(host, port, ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b""), status)


def answer_length(buffer: bytes) -> int | None:
    """Bytes of the first answer in the buffer, head included; None while it is not all there."""
    head_end = buffer.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    head = buffer[:head_end].lower()
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        value_end = head.find(b"\r\n", at + 2)
        total = head_end + 4 + int(head[at + 17 : value_end if value_end >= 0 else head_end])
        return total if len(buffer) >= total else None
    if head.find(b"\r\ntransfer-encoding: chunked") >= 0:
        end = buffer.find(b"0\r\n\r\n", head_end + 4)
        return end + 5 if end >= 0 else None
    return head_end + 4


def status_of(buffer: bytes) -> int:
    """The three digits after `HTTP/1.1 `; 0 when they are none."""
    digits = buffer[9:12]
    return int(digits) if digits.isdigit() else 0
