"""Starts and stops an ASGI application without a server: its lifespan protocol, driven by us.

https://asgi.readthedocs.io/en/latest/specs/lifespan.html
"""

from __future__ import annotations

import asyncio

from emulator.backends.embedded.recorder import Application, Message


class Lifespan:
    """One application's life."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._to_application: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def startup(self) -> None:
        """Return once the application is ready; raises what it raises."""
        scope: Message = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}}
        run = self._application(scope, self._to_application.get, self._answers.put)
        self._task = asyncio.ensure_future(run)
        await self._tell("lifespan.startup")

    async def shutdown(self) -> None:
        """Return once the application has let go of everything."""
        await self._tell("lifespan.shutdown")

    async def _tell(self, message: str) -> None:
        assert self._task is not None
        await self._to_application.put({"type": message})
        answer = asyncio.ensure_future(self._answers.get())
        await asyncio.wait({answer, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            await self._task
