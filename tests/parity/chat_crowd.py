"""Hundreds of sockets in one conversation: what arrives at each, and when."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.parity.chat_system import ChatSystem, Somebody

PATIENCE_S = 60.0
_HANDSHAKES, _SIGN_INS = 16, 4
_AT_ONCE = 7
"""An old DynamoDB Local, as some images of LocalStack have it, takes 10 writes in a transaction, DynamoDB 100."""


@dataclass
class Heard:
    """At one socket: texts with the time of their arrival, in seconds since the epoch."""

    texts: list[tuple[float, str]] = field(default_factory=list)

    def messages(self) -> list[tuple[float, dict[str, Any]]]:
        """Arrival and push of each message, once."""
        found: dict[str, tuple[float, dict[str, Any]]] = {}
        for at, text in self.texts:
            push = json.loads(text)
            if push["type"] == "message":
                found.setdefault(push["message"]["messageId"], (at, push))
        return list(found.values())


@dataclass(frozen=True)
class Gathering:
    """People in one group, with some sockets each."""

    chat: ChatSystem
    people: Sequence[Somebody]
    conversation_id: str
    sockets_each: int

    def listen(self, messages: int, pause_s: float = 0.0) -> Sequence[Heard]:
        """What every socket heard while the first person said so many things, each after the answer to the last."""
        return asyncio.run(self._listen(messages, pause_s))

    async def _listen(self, messages: int, pause_s: float) -> Sequence[Heard]:
        door = asyncio.Semaphore(_HANDSHAKES)
        people = [one for one in self.people for _ in range(self.sockets_each)]
        sockets = await asyncio.gather(*(self._open(one, door) for one in people))
        heard = [Heard() for _ in sockets]
        listening = [asyncio.create_task(_listen(*both)) for both in zip(sockets[1:], heard[1:], strict=True)]
        await self._say(sockets[0], heard[0], messages, pause_s)
        await _until(lambda: all(one.texts and len(one.messages()) >= messages for one in heard))
        for task in listening:
            task.cancel()
        await asyncio.gather(*(one.close() for one in sockets))
        return heard

    async def _open(self, who: Somebody, door: asyncio.Semaphore) -> ClientConnection:
        offered = [Subprotocol("chat.v1"), Subprotocol(f"token.{who.access}")]
        async with door:
            return await connect(
                self.chat.system.socket_url, subprotocols=offered, compression=None, open_timeout=PATIENCE_S
            )

    async def _say(self, socket: ClientConnection, heard: Heard, messages: int, pause_s: float) -> None:
        answers: asyncio.Queue[None] = asyncio.Queue()
        listening = asyncio.create_task(_listen(socket, heard, answers))
        for number in range(messages):
            action = {"action": "sendMessage", "conversationId": self.conversation_id, "text": f"{number}"}
            await socket.send(json.dumps({**action, "clientId": uuid.uuid4().hex}))
            await asyncio.wait_for(answers.get(), PATIENCE_S)
            await asyncio.sleep(pause_s)
        await _until(lambda: len(heard.messages()) >= messages)
        listening.cancel()


def gathering(chat: ChatSystem, people: int, sockets_each: int) -> Gathering:
    """Everybody is new."""
    with ThreadPoolExecutor(_SIGN_INS) as at_once:
        made = list(at_once.map(lambda number: chat.person(f"Member {number}"), range(people)))
    first, *others = made
    group = chat.group(first, *others[:_AT_ONCE], name="Everybody")
    for begin in range(_AT_ONCE, len(others), _AT_ONCE):
        chat.add(first, group, others[begin : begin + _AT_ONCE])
    return Gathering(chat, made, group["conversationId"], sockets_each)


def seconds_after(push: dict[str, Any], at: float, what: str = "toldAt") -> float:
    """How long after telling began (or after `sentAt`) a push arrived."""
    since = push["toldAt"] if what == "toldAt" else push["message"]["sentAt"]
    return at - datetime.fromisoformat(since).timestamp()


async def _listen(socket: ClientConnection, heard: Heard, answers: asyncio.Queue[None] | None = None) -> None:
    async for text in socket:
        assert isinstance(text, str)
        heard.texts.append((time.time(), text))
        if answers is not None and text.startswith('{"type":"ack"'):
            answers.put_nowait(None)


async def _until(condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
