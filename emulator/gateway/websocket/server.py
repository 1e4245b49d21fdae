"""Serves the WebSocket APIs of a system on a port of their own: one event loop in one background thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection

from emulator.gateway.origin_guard import OriginGuard
from emulator.gateway.request_ids import Ids
from emulator.gateway.server import BACKLOG, listening_socket
from emulator.gateway.websocket.api import WebSocketApiEndpoint
from emulator.gateway.websocket.authorizer import ConnectAuthorizer
from emulator.gateway.websocket.functions import RouteFunctions
from emulator.gateway.websocket.management_api import ManagementApi
from emulator.gateway.websocket.reception import Reception
from emulator.gateway.websocket.sockets import Sockets
from emulator.gateway.websocket.workers import Workers
from emulator.model import Clock, Invoker, Stack
from emulator.model.websocket_apis import CONNECT, WebSocketApi

STOP_S = 5.0
"""So long clients may take to hang up, and functions to hear of it, when the system stops."""
_GOING_AWAY = (1001, "Going away")
_TICK_S = 0.02


class WebSocketServer:
    """`start()`, then `stop()`."""

    def __init__(
        self,
        stack: Stack,
        invoker: Invoker,
        clock: Clock,
        *,
        host: str,
        port: int,
        threads: int,
        public_hosts: Collection[str] = (),
        ids: Ids | None = None,
    ) -> None:
        """`public_hosts` may address the management API besides the loopback names."""
        self._stack, self._invoker, self._clock, self._ids = stack, invoker, clock, ids or Ids()
        self._host, self._port, self._threads = host, port, threads
        self._guard = OriginGuard(public_hosts)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="websocket", daemon=True)
        self.sockets = Sockets()

    def start(self) -> None:
        """Raises PortInUseError."""
        listening = listening_socket(self._host, self._port)
        self._workers = Workers(self._loop, self._threads)
        self._thread.start()
        reception = self._reception()
        serving = self._loop.create_server(reception.doorway, sock=listening, backlog=BACKLOG)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result()

    def stop(self) -> None:
        """Say goodbye to every client and tell each $disconnect, for `STOP_S` seconds at most."""
        asyncio.run_coroutine_threadsafe(self._leave(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._workers.stop()
        self._loop.close()

    async def _leave(self) -> None:
        self._server.close()
        for socket in self.sockets:
            socket.close(*_GOING_AWAY)
        await self._until(lambda: not len(self.sockets), STOP_S / 5)
        for socket in self.sockets:
            socket.drop()
        await self._until(lambda: not len(self.sockets) and not self._workers.busy, STOP_S)

    async def _until(self, over: Callable[[], bool], within_s: float) -> None:
        deadline = self._loop.time() + within_s
        while not over() and self._loop.time() < deadline:
            await asyncio.sleep(_TICK_S)

    def _reception(self) -> Reception:
        functions = RouteFunctions(self._stack.functions, self._invoker, self._ids, self._clock.now)
        endpoints = {
            name: WebSocketApiEndpoint(
                api,
                functions,
                self._authorizer(api, functions),
                self.sockets,
                self._workers,
                self._clock,
                self._ids,
            )
            for name, api in self._stack.websocket_apis.items()
        }
        management = ManagementApi(self.sockets, self._clock, self._ids.invocation)
        return Reception(endpoints, management, self._guard, self._clock, self._ids, self._port, self._loop)

    def _authorizer(self, api: WebSocketApi, functions: RouteFunctions) -> ConnectAuthorizer | None:
        route = api.routes.get(CONNECT)
        if route is None or route.authorizer is None:
            return None
        owner = (self._stack.region, self._stack.account_id)
        return ConnectAuthorizer(api.authorizers[route.authorizer], api, functions, owner, self._clock.monotonic)
