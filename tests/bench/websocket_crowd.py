"""Many WebSocket clients in one process: opens them, lets one ask, and takes the time until each heard something."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence

from websockets.asyncio.client import ClientConnection, connect

TOGETHER = 20
"""So many clients connect at a time."""
PATIENCE_S = 60.0


class Crowd:
    """Clients of one URL. Everything is awaited on the event loop that opened them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.clients: list[ClientConnection] = []

    async def join(self, count: int) -> None:
        """So many more clients."""
        for start in range(0, count, TOGETHER):
            some = range(start, min(start + TOGETHER, count))
            self.clients += await asyncio.gather(*(self._one() for _ in some))

    async def leave(self) -> None:
        await asyncio.gather(*(client.close() for client in self.clients))

    async def names(self) -> list[str]:
        """The connection id of each."""
        return [await self.echo(client) for client in self.clients]

    async def echo(self, client: ClientConnection) -> str:
        """What the function answers: the client's connection id."""
        await client.send('{"text": ""}')
        return str(await client.recv())

    async def echoes(self, count: int) -> list[float]:
        """Milliseconds from a message to its answer, one after the other on one connection."""
        taken = []
        for _ in range(count):
            began = time.perf_counter()
            await self.echo(self.clients[0])
            taken.append((time.perf_counter() - began) * 1000)
        return taken

    async def broadcast(self, names: Sequence[str], text: str) -> list[float]:
        """Milliseconds until each client heard what the first one had a function tell all of them."""
        hearing = [asyncio.create_task(self._hear(client, text)) for client in self.clients]
        began = time.perf_counter()
        await self.clients[0].send(json.dumps({"to": list(names), "text": text}))
        heard = await asyncio.gather(*hearing)
        await self.clients[0].recv()
        return [(at - began) * 1000 for at in heard]

    async def _one(self) -> ClientConnection:
        return await connect(self._url, compression=None, ping_interval=None, open_timeout=PATIENCE_S, proxy=None)

    async def _hear(self, client: ClientConnection, text: str) -> float:
        heard = await asyncio.wait_for(client.recv(), PATIENCE_S)
        assert heard == text, heard
        return time.perf_counter()
