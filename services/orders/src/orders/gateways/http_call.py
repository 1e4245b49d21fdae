"""One HTTP call with a deadline over all of it, on a connection of its own.

A connection is never used twice: whatever a server sends after its answer, a second answer among it, is thrown away
with the connection and never taken for the answer to another question.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_ANSWER_BYTES = 65_536


class NoAnswerError(Exception):
    """No connection, no answer in time, or no HTTP. Whether the server did what it was asked is not known."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A whole answer."""

    status: int
    body: bytes


def post(url: str, body: bytes, headers: Mapping[str, str], timeout_s: float) -> HttpAnswer:
    """Raises NoAnswerError."""
    return _call("POST", url, body, headers, timeout_s, time.monotonic)


def _call(
    method: str, url: str, body: bytes, headers: Mapping[str, str], timeout_s: float, clock: Callable[[], float]
) -> HttpAnswer:
    where, until = urlsplit(url), clock() + timeout_s
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    connection = kind(str(where.hostname), where.port, timeout=timeout_s)
    try:
        connection.request(method, where.path, body, {**headers, "connection": "close"})
        _hurry(connection, until - clock())
        answer = connection.getresponse()
        read = b""
        while chunk := answer.read1(MAX_ANSWER_BYTES):
            read += chunk
            if len(read) > MAX_ANSWER_BYTES or clock() > until:
                raise NoAnswerError(f"{method} {url}: an answer without an end")
        return HttpAnswer(answer.status, read)
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswerError(f"{method} {url}: {type(error).__name__}: {error}") from error
    finally:
        connection.close()


def _hurry(connection: http.client.HTTPConnection, left_s: float) -> None:
    if left_s <= 0:
        raise TimeoutError("no time left")
    connection.sock.settimeout(left_s)
