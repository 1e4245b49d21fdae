"""Decides what a request at the WebSocket port is: a handshake for one of the APIs, or a call of the management API."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus

from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.server import ServerProtocol

from emulator.gateway.front_door import FURTHER_API_PREFIX
from emulator.gateway.origin_guard import OriginGuard
from emulator.gateway.request_ids import Ids
from emulator.gateway.websocket.admission import Verdict
from emulator.gateway.websocket.api import WebSocketApiEndpoint
from emulator.gateway.websocket.doorway import Doorway, PlainRequest
from emulator.gateway.websocket.limits import HANDSHAKE_S, UNDECIDED, URL_CHARACTERS
from emulator.gateway.websocket.management_api import ManagementApi
from emulator.gateway.websocket.socket import GONE, Socket
from emulator.model import Clock
from emulator.payloads.http_message import HttpRequest, HttpResponse, json_message
from emulator.payloads.websocket_event import Handshake

_FORBIDDEN = json_message(403, "Forbidden")
_TOO_LONG = json_message(414, "Request-URI Too Long")
_LEAVING = json_message(503, "Service Unavailable")


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
        self._undecided: OrderedDict[Doorway, float] = OrderedDict()
        self.leaving = False
        """Set when the system stops: nobody may connect any more, the management API still answers."""

    def doorway(self) -> Doorway:
        return Doorway(self, self._loop)

    def entered(self, doorway: Doorway) -> None:
        self._undecided[doorway] = self._clock.monotonic()
        if len(self._undecided) > UNDECIDED:
            self._undecided.popitem(last=False)[0].show_out()

    def left(self, doorway: Doorway) -> None:
        self._undecided.pop(doorway, None)

    @property
    def undecided(self) -> int:
        """So many are at the door and have not said what they want."""
        return len(self._undecided)

    def sweep(self) -> None:
        """Show out whoever takes too long to say it; the oldest are first."""
        late = self._clock.monotonic() - HANDSHAKE_S
        while self._undecided and next(iter(self._undecided.values())) <= late:
            self._undecided.popitem(last=False)[0].show_out()

    def asked(self, doorway: Doorway, request: PlainRequest) -> None:
        objection = self._guard.objection(
            request.header("host") or "", request.header("origin"), request.header("sec-fetch-site")
        )
        if objection is not None:
            doorway.answer(json_message(403, objection), close=True)
            return
        _, path = self._endpoint(request.path)
        response = self._management.respond(self._signed(doorway, request), path)
        # Whoever may not call need not keep a connection.
        doorway.answer(response, close=response.status == 403)

    def upgrading(self, doorway: Doorway, request: PlainRequest) -> None:
        headers = Headers(request.headers)
        shake = Request(request.path, headers, request.method, f"HTTP/{request.version}")
        response = ServerProtocol().accept(shake)
        endpoint, path = self._endpoint(request.path)
        if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            refused = HttpResponse(
                response.status_code, tuple(response.headers.raw_items()), bytes(response.body or b"")
            )
            doorway.answer(refused, close=True)
        elif len(request.target) > URL_CHARACTERS:
            doorway.answer(_TOO_LONG, close=True)
        elif endpoint is None or path.removesuffix("/") != f"/{endpoint.api.stage}":
            doorway.answer(_FORBIDDEN, close=True)
        elif self.leaving:
            doorway.answer(_LEAVING, close=True)
        else:
            done = partial(self._judged, doorway, endpoint, response.headers)
            endpoint.admission.begin(self._handshake(doorway, request), done)

    def _judged(self, doorway: Doorway, endpoint: WebSocketApiEndpoint, headers: Headers, verdict: Verdict) -> None:
        if isinstance(verdict, HttpResponse):
            doorway.answer(verdict, close=True)
            return
        socket = Socket(verdict.peer, endpoint, doorway.transport, self._loop, self._clock)
        if doorway.transport.is_closing() or self.leaving:
            # He left before he was let in, or we do; the function that let him in is told so.
            doorway.answer(_LEAVING, close=True)
            endpoint.closed(socket, *GONE)
            return
        doorway.open(headers, verdict.subprotocol)
        endpoint.opened(socket)
        doorway.transport.set_protocol(socket)
        doorway.transport.resume_reading()

    def _handshake(self, doorway: Doorway, request: PlainRequest) -> Handshake:
        now = self._clock.now()
        return Handshake(
            headers=tuple(request.headers),
            query=request.query,
            source_ip=doorway.source_ip,
            port=self._port,
            trace_id=self._ids.trace(request.header("x-amzn-trace-id"), now),
            received_s=now,
        )

    def _signed(self, doorway: Doorway, request: PlainRequest) -> HttpRequest:
        """A request as its signature sees it: the path undecoded."""
        return HttpRequest(
            method=request.method,
            path=request.path,
            query=request.query,
            headers=tuple((name.lower(), value) for name, value in request.headers),
            body=bytes(request.body),
            source_ip=doorway.source_ip,
            protocol=f"HTTP/{request.version}",
            scheme="http",
            port=self._port,
            request_id="",
            trace_id="",
            received_s=self._clock.now(),
        )

    def _endpoint(self, path: str) -> tuple[WebSocketApiEndpoint | None, str]:
        """Who serves a path, and the path below its prefix."""
        if path.startswith(FURTHER_API_PREFIX):
            logical_id, slash, rest = path.removeprefix(FURTHER_API_PREFIX).partition("/")
            return self._endpoints.get(logical_id), slash + rest or "/"
        return self._root, path
