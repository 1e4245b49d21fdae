"""Asks a running system on its port, for commands that change or list something there."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from typing import TypeVar

from emulator.errors import UsageError
from emulator.supervisor.run_state import RunningSystem

Answer = TypeVar("Answer")


def asked(
    system: RunningSystem,
    method: str,
    path: str,
    read: Callable[[bytes], Answer],
    *,
    body: bytes | None = None,
    content_type: str = "application/json",
    timeout_s: float = 30,
) -> tuple[int, Answer]:
    """The status, and what `read` makes of the body; raises UsageError when no such answer comes. `read` raises
    ValueError or SyntaxError (as XML's parser does) for what it cannot read."""
    connection = http.client.HTTPConnection("127.0.0.1", system.port, timeout=timeout_s)
    try:
        connection.request(method, path, body, {"content-type": content_type} if body is not None else {})
        response = connection.getresponse()
        return response.status, read(response.read())
    except (OSError, http.client.HTTPException, ValueError, SyntaxError) as error:
        raise UsageError(
            f"System {system.name} does not answer", found=str(error), fix="`terrarium status` shows how it is."
        ) from None
    finally:
        connection.close()
