"""What the journal holds: requests that changed something, and effects that no request explains. Bytes and back."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_FIXED = struct.Struct("!cdH")
_LENGTH = struct.Struct("!H")
_REQUEST, _EFFECT = b"R", b"E"

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as ASGI gives it; `at` in seconds since the epoch, `draws` the random bytes it took."""

    at: float
    draws: tuple[bytes, ...]
    method: str
    path: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Effect:
    """A change MiniStack makes on its own, such as handing out a message. `arguments` are JSON values."""

    at: float
    kind: str
    arguments: Mapping[str, Any]
    draws: tuple[bytes, ...] = field(default=())


def encode_request(
    at: float, draws: Sequence[bytes], method: str, path: str, query: bytes, headers: Headers, body: bytes
) -> bytes:
    """The bytes of a `Request`; takes its parts, since this is on the path of every write."""
    parts = [_FIXED.pack(_REQUEST, at, len(draws))]
    for draw in draws:
        parts += (_LENGTH.pack(len(draw)), draw)
    parts += (method.encode(), b" ", path.encode(), b"\n", query, b"\n")
    for name, value in headers:
        parts += (name, b":", value, b"\n")
    parts += (b"\n", body)
    return b"".join(parts)


def encode_effect(effect: Effect) -> bytes:
    """The bytes of an `Effect`."""
    parts = [_FIXED.pack(_EFFECT, effect.at, len(effect.draws))]
    for draw in effect.draws:
        parts += (_LENGTH.pack(len(draw)), draw)
    parts += (effect.kind.encode(), b"\n", json.dumps(effect.arguments).encode())
    return b"".join(parts)


def decode(data: bytes) -> Request | Effect:
    """What `encode_request` or `encode_effect` made; raises ValueError on anything else."""
    try:
        kind, at, count = _FIXED.unpack_from(data)
        draws, offset = _draws(data, count)
        if kind == _REQUEST:
            return _request(at, draws, data[offset:])
        name, _, arguments = data[offset:].partition(b"\n")
        return Effect(at, name.decode(), json.loads(arguments), draws)
    except (struct.error, IndexError) as problem:
        raise ValueError(f"not a journal record: {problem}") from problem


def _draws(data: bytes, count: int) -> tuple[tuple[bytes, ...], int]:
    draws, offset = [], _FIXED.size
    for _ in range(count):
        (size,) = _LENGTH.unpack_from(data, offset)
        offset += _LENGTH.size
        draws.append(data[offset : offset + size])
        offset += size
    return tuple(draws), offset


def _request(at: float, draws: tuple[bytes, ...], data: bytes) -> Request:
    first, _, rest = data.partition(b"\n")
    query, _, rest = rest.partition(b"\n")
    headers = []
    while not rest.startswith(b"\n"):
        line, _, rest = rest.partition(b"\n")
        name, _, value = line.partition(b":")
        headers.append((name, value))
    method, _, path = first.decode().partition(" ")
    return Request(at, draws, method, path, query, tuple(headers), rest[1:])
