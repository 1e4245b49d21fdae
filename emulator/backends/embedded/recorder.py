"""The ASGI application around MiniStack: a write is in the journal before its answer is sent."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from emulator.backends.embedded import mutations
from emulator.backends.embedded.checkpoints import Checkpoints
from emulator.backends.embedded.frame import Frame, entered
from emulator.backends.embedded.record import encode_request

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# What MiniStack looks at; the signature is kept since it names account, region and service.
_DROPPED_HEADERS = frozenset(
    b"user-agent accept accept-encoding connection amz-sdk-invocation-id amz-sdk-request x-amz-date "
    b"x-amz-user-agent x-amzn-trace-id expect".split()
)
_NOT_STORED = b'{"__type":"InternalServerError","message":"The write was not stored: the disk is full."}'

_log = logging.getLogger("terrarium.journal")


class Recorder:
    """Serves HTTP; everything else goes straight to MiniStack."""

    def __init__(self, application: Application, checkpoints: Checkpoints) -> None:
        self._application, self._checkpoints = application, checkpoints
        self._half_done = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
        elif scope["path"] == "/_ministack/reset":
            await self._reset(scope, receive, send)
        elif mutations.may_write(scope["method"], scope["path"], scope["query_string"], dict(scope["headers"])):
            await self._write(scope, receive, send)
        else:
            await self._application(scope, receive, send)

    async def _write(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await _whole_body(receive)
        if body is None:
            return
        again = _given(body, receive)
        if not mutations.writes(scope["path"], dict(scope["headers"]), body):
            await self._application(scope, again, send)
            return
        self._half_done += 1
        try:
            with entered(Frame(time.time())) as frame:
                await self._application(scope, again, self._journaling(scope, body, frame, send))
        finally:
            self._half_done -= 1
        if self._half_done == 0 and self._checkpoints.due():
            self._checkpoints.start()

    async def _reset(self, scope: Message, receive: Receive, send: Send) -> None:
        """Everything is gone before the answer says so."""
        answer: list[Message] = []

        async def hold_back(message: Message) -> None:
            answer.append(message)

        await self._application(scope, receive, hold_back)
        self._checkpoints.now()
        for message in answer:
            await send(message)

    def _journaling(self, scope: Message, body: bytes, frame: Frame, send: Send) -> Send:
        refused = False

        async def journaled(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and 200 <= message["status"] < 300:
                frame.open = False
                try:
                    self._append(scope, body, frame)
                except OSError as problem:
                    _log.error("a write was not stored: %s", problem)
                    refused = True
                    await _refuse(send)
            if not refused:
                await send(message)

        return journaled

    def _append(self, scope: Message, body: bytes, frame: Frame) -> None:
        headers = [pair for pair in scope["headers"] if pair[0] not in _DROPPED_HEADERS]
        record = encode_request(
            frame.now, frame.draws, scope["method"], scope["path"], scope["query_string"], headers, body
        )
        self._checkpoints.append(record)


async def _whole_body(receive: Receive) -> bytes | None:
    """The request's body, None when the client has gone."""
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _given(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once and then asks the connection."""
    unread = True

    async def given() -> Message:
        nonlocal unread
        if unread:
            unread = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return given


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"application/x-amz-json-1.0"), (b"content-length", b"%d" % len(_NOT_STORED))]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": _NOT_STORED, "more_body": False})
