"""Puts an ASGI application on a port of the loopback interface."""

from __future__ import annotations

import asyncio

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config

from emulator.backends.embedded.recorder import Application, Message, Receive, Send

_KEEP_ALIVE_S = 75
_GRACE_S = 3


async def serve(application: Application, port: int, stopping: asyncio.Event) -> None:
    """Serve until `stopping` is set, then close the port and give what is in flight a moment to end."""

    async def without_lifespan(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        await application(scope, receive, send)

    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = _KEEP_ALIVE_S
    config.graceful_timeout = _GRACE_S
    config.loglevel = "WARNING"
    await hypercorn_serve(without_lifespan, config, shutdown_trigger=stopping.wait)  # type: ignore[arg-type]
