"""Does again what the journal holds, before the port opens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.backends.embedded.frame import Frame, entered
from emulator.backends.embedded.record import Effect, Request, decode
from emulator.backends.embedded.recorder import Application, Message

Apply = Callable[[Mapping[str, Any]], None]

_log = logging.getLogger("terrarium.replay")


@dataclass(slots=True)
class Summary:
    """How many records there were, and how many requests were answered differently than at first."""

    records: int = 0
    different: int = 0


async def replay(records: Iterable[bytes], application: Application, effects: Mapping[str, Apply]) -> Summary:
    """Apply every record in order, each at its own time and with its own random bytes."""
    summary = Summary()
    for data in records:
        summary.records += 1
        record = decode(data)
        frame = Frame(record.at, list(record.draws), replaying=True)
        if isinstance(record, Effect):
            with entered(frame):
                effects[record.kind](record.arguments)
        # A task of its own: MiniStack keeps account and region of a request in the context.
        elif not await asyncio.create_task(_again(record, frame, application)):
            summary.different += 1
            _log.warning("replayed %s %s differently", record.method, record.path)
    return summary


async def _again(record: Request, frame: Frame, application: Application) -> bool:
    status = 0

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    async def receive() -> Message:
        return {"type": "http.request", "body": record.body, "more_body": False}

    with entered(frame):
        await application(_scope(record), receive, send)
    return 200 <= status < 300


def _scope(record: Request) -> Message:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": record.method,
        "scheme": "http",
        "path": record.path,
        "raw_path": record.path.encode(),
        "query_string": record.query,
        "headers": list(record.headers),
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
    }
