"""Decides what a request at the WebSocket port is: a handshake for one of the APIs, or a call of the management API."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from functools import partial

from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.server import ServerProtocol

from emulator.gateway.front_door import FURTHER_API_PREFIX
from emulator.gateway.origin_guard import OriginGuard
from emulator.gateway.request_ids import Ids
from emulator.gateway.websocket.api import Accepted, WebSocketApiEndpoint
from emulator.gateway.websocket.doorway import Doorway, PlainRequest
from emulator.gateway.websocket.limits import UNDECIDED
from emulator.gateway.websocket.management_api import ManagementApi
from emulator.gateway.websocket.socket import Socket
from emulator.model import Clock
from emulator.payloads.http_message import HttpResponse, json_message
from emulator.payloads.websocket_event import Handshake

_FORBIDDEN = json_message(403, "Forbidden")


class Reception:
    """Serves every WebSocket API of a system, on the event loop's thread."""

    def __init__(
        self,
        endpoints: Mapping[str, WebSocketApiEndpoint],
        management: ManagementApi,
        guard: OriginGuard,
        clock: Clock,
        ids: Ids,
        port: int,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """`endpoints` by logical id, the first being the one at the root."""
        self._endpoints, self._root = endpoints, next(iter(endpoints.values()))
        self._management, self._guard = management, guard
        self._clock, self._ids, self._port, self._loop = clock, ids, port, loop
        self._undecided: OrderedDict[Doorway, None] = OrderedDict()

    def doorway(self) -> Doorway:
        return Doorway(self, self._loop)

    def entered(self, doorway: Doorway) -> None:
        self._undecided[doorway] = None
        if len(self._undecided) > UNDECIDED:
            next(iter(self._undecided)).show_out()

    def left(self, doorway: Doorway) -> None:
        self._undecided.pop(doorway, None)

    def asked(self, doorway: Doorway, request: PlainRequest) -> None:
        objection = self._guard.objection(
            request.header("host") or "", request.header("origin"), request.header("sec-fetch-site")
        )
        if objection is not None:
            doorway.answer(json_message(403, objection), close=True)
            return
        _, path = self._endpoint(request.path)
        authorization = request.header("authorization")
        response = self._management.respond(request.method, path, authorization, bytes(request.body))
        doorway.answer(response, close=response.status == 403)

    def upgrading(self, doorway: Doorway, request: PlainRequest) -> None:
        protocol = ServerProtocol()
        headers = Headers(request.headers)
        version = f"HTTP/{request.version}"
        response = protocol.accept(Request(request.path, headers, request.method, version))
        if response.status_code != 101:
            refused = HttpResponse(response.status_code, tuple(response.headers.raw_items()), response.body or b"")
            doorway.answer(refused, close=True)
            return
        endpoint, path = self._endpoint(request.path)
        if endpoint is None or path.removesuffix("/") != f"/{endpoint.api.stage}":
            doorway.answer(_FORBIDDEN, close=True)
            return
        endpoint.begin(self._handshake(doorway, request), partial(self._begun, doorway, endpoint, response.headers))

    def _begun(
        self, doorway: Doorway, endpoint: WebSocketApiEndpoint, headers: Headers, verdict: Accepted | HttpResponse
    ) -> None:
        if isinstance(verdict, HttpResponse):
            doorway.answer(verdict, close=True)
            return
        doorway.open(headers, verdict.subprotocol)
        socket = Socket(verdict.peer, endpoint, doorway.transport, self._loop)
        endpoint.opened(socket)
        doorway.transport.set_protocol(socket)
        doorway.transport.resume_reading()

    def _handshake(self, doorway: Doorway, request: PlainRequest) -> Handshake:
        now = self._clock.now()
        address = doorway.transport.get_extra_info("peername")
        return Handshake(
            headers=tuple(request.headers),
            query=request.query,
            source_ip=address[0] if address else "",
            port=self._port,
            trace_id=self._ids.trace(request.header("x-amzn-trace-id"), now),
            received_s=now,
        )

    def _endpoint(self, path: str) -> tuple[WebSocketApiEndpoint | None, str]:
        """Who serves a path, and the path below its prefix."""
        if path.startswith(FURTHER_API_PREFIX):
            logical_id, slash, rest = path.removeprefix(FURTHER_API_PREFIX).partition("/")
            return self._endpoints.get(logical_id), slash + rest or "/"
        return self._root, path
