"""Serves the WebSocket APIs of a system on a port of their own: one event loop in one background thread."""

from __future__ import annotations

import asyncio
import resource
import threading
from collections.abc import Callable, Collection, Mapping

from emulator.gateway.origin_guard import OriginGuard
from emulator.gateway.request_ids import Ids
from emulator.gateway.serving.listening import BACKLOG, listening_socket
from emulator.gateway.websocket.access_log import AccessLog, WriteLine
from emulator.gateway.websocket.admission import Admission
from emulator.gateway.websocket.api import WebSocketApiEndpoint
from emulator.gateway.websocket.authorizer import ConnectAuthorizer
from emulator.gateway.websocket.functions import RouteFunctions
from emulator.gateway.websocket.lifetimes import GOING_AWAY, Lifetimes
from emulator.gateway.websocket.management_api import ManagementApi
from emulator.gateway.websocket.reception import Reception
from emulator.gateway.websocket.sockets import Sockets
from emulator.gateway.websocket.throttling import Throttling
from emulator.gateway.websocket.workers import Workers
from emulator.model import Clock, Invoker, Stack
from emulator.model.websocket_apis import CONNECT, WebSocketApi

STOP_S = 5.0
"""So long clients may take to hang up, and functions to hear of it, when the system stops."""
FILES = 10_000
"""So many clients, connections of functions and files at once are plenty."""
_SWEEP_EVERY_S = 0.25
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
        credentials: Mapping[str, str],
        access_log: WriteLine,
        public_hosts: Collection[str] = (),
        ids: Ids | None = None,
    ) -> None:
        """`credentials`: the secret of each access key that may call the management API; `public_hosts` may address it
        besides the loopback names. `access_log` takes the lines of APIs that want one, and waits for nothing."""
        self._stack, self._invoker, self._clock, self._ids = stack, invoker, clock, ids or Ids()
        self._host, self._port, self._threads = host, port, threads
        self._guard, self._credentials = OriginGuard(public_hosts), credentials
        self._access_log = access_log
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="websocket", daemon=True)
        self.sockets = Sockets()

    def start(self) -> None:
        """Raises PortInUseError."""
        _allow_many_files()
        listening = listening_socket(self._host, self._port)
        self._workers = Workers(self._loop, self._threads)
        self._thread.start()
        self._reception = self._receptionist()
        serving = self._loop.create_server(self._reception.doorway, sock=listening, backlog=BACKLOG)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result()
        self._loop.call_soon_threadsafe(self._sweep, Lifetimes(self.sockets, self._clock))

    def stop(self) -> None:
        """Say goodbye to every client and tell each $disconnect, for `STOP_S` seconds at most.

        Once is enough.
        """
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._leave(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._workers.stop()
        self._loop.close()

    @property
    def undecided(self) -> int:
        """Connections that have not said what they want."""
        return self._reception.undecided

    async def _leave(self) -> None:
        self._reception.leaving = True
        for socket in self.sockets:
            socket.close(*GOING_AWAY)
        await self._until(lambda: not len(self.sockets), STOP_S / 5)
        for socket in self.sockets:
            socket.drop()
        await self._until(lambda: not len(self.sockets) and not self._workers.busy, STOP_S)
        self._server.close()

    async def _until(self, over: Callable[[], bool], within_s: float) -> None:
        deadline = self._loop.time() + within_s
        while not over() and self._loop.time() < deadline:
            await asyncio.sleep(_TICK_S)

    def _sweep(self, lifetimes: Lifetimes) -> None:
        lifetimes.sweep()
        self._reception.sweep()
        self._loop.call_later(_SWEEP_EVERY_S, self._sweep, lifetimes)

    def _receptionist(self) -> Reception:
        functions = RouteFunctions(self._stack.functions, self._invoker, self._ids, self._clock.now)
        endpoints = {name: self._endpoint(api, functions) for name, api in self._stack.websocket_apis.items()}
        management = ManagementApi(self.sockets, self._clock, self._ids.invocation, self._credentials)
        return Reception(endpoints, management, self._guard, self._clock, self._ids, self._port, self._loop)

    def _endpoint(self, api: WebSocketApi, functions: RouteFunctions) -> WebSocketApiEndpoint:
        throttling, ids = Throttling(api, self._clock.monotonic), self._ids
        authorizer = self._authorizer(api, functions)
        log = AccessLog(api, self._stack.account_id, self._access_log)
        admission = Admission(api, functions, authorizer, throttling, log, self._workers, ids)
        return WebSocketApiEndpoint(
            api, admission, functions, throttling, log, self.sockets, self._workers, self._clock, ids
        )

    def _authorizer(self, api: WebSocketApi, functions: RouteFunctions) -> ConnectAuthorizer | None:
        route = api.routes.get(CONNECT)
        if route is None or route.authorizer is None:
            return None
        owner = (self._stack.region, self._stack.account_id)
        return ConnectAuthorizer(api.authorizers[route.authorizer], api, functions, owner, self._clock.monotonic)


def _allow_many_files() -> None:
    """Each client is a file to the system, and macOS gives a process 256 unless it asks for more."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if allowed != resource.RLIM_INFINITY and allowed < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, most))
