"""One WebSocket API: admits connections, takes messages to their routes, and tells of the end.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from emulator.gateway.request_ids import Ids
from emulator.gateway.websocket.functions import RouteFunctions
from emulator.gateway.websocket.socket import Socket
from emulator.gateway.websocket.sockets import Sockets
from emulator.gateway.websocket.workers import Workers
from emulator.model import Clock, Outcome
from emulator.model.websocket_apis import CONNECT, DEFAULT, DISCONNECT, WebSocketApi, WebSocketRoute
from emulator.payloads import websocket_answer, websocket_event
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.route_selection import RouteSelection
from emulator.payloads.websocket_event import Handshake, Peer


@dataclass(frozen=True, slots=True)
class Accepted:
    """A connection that may be opened: what is known of it now, and the subprotocol that the function chose."""

    peer: Peer
    subprotocol: str | None = None


class AuthorizerPort(Protocol):
    """Asked before $connect, on a thread that may wait."""

    def authorize(self, peer: Peer, handshake: Handshake, request_id: str) -> Peer | HttpResponse: ...


class WebSocketApiEndpoint:
    """`admit` runs on a worker's thread, everything else on the event loop's."""

    def __init__(
        self,
        api: WebSocketApi,
        functions: RouteFunctions,
        authorizer: AuthorizerPort | None,
        sockets: Sockets,
        workers: Workers,
        clock: Clock,
        ids: Ids,
    ) -> None:
        """`authorizer`: of the $connect route, the only one that may have one."""
        self.api = api
        self._functions, self._authorizer = functions, authorizer
        self._sockets, self._workers, self._clock, self._ids = sockets, workers, clock, ids
        self._selection = RouteSelection(api.selection_expression)

    def peer(self, handshake: Handshake) -> Peer:
        """A new connection's identity."""
        return Peer(
            api_id=self.api.api_id,
            stage=self.api.stage,
            connection_id=self._ids.api_request(),
            connected_ms=int(handshake.received_s * 1000),
            domain_name=handshake.header("host") or "",
            source_ip=handshake.source_ip,
            user_agent=handshake.header("user-agent"),
            stage_variables=self.api.stage_variables,
        )

    def begin(self, handshake: Handshake, done: Callable[[Accepted | HttpResponse], None]) -> None:
        """Ask whoever may refuse the connection, and call `done`."""
        peer, request_id = self.peer(handshake), self._ids.api_request()
        failed = websocket_answer.refusal(500, websocket_answer.INTERNAL_SERVER_ERROR, peer.connection_id, request_id)
        route = self.api.routes.get(CONNECT)
        limit_s = self._functions.limit_s(route.integration) if route else None
        late = replace(failed, status=504)

        def over(answer: Accepted | HttpResponse | None) -> None:
            done((failed if limit_s is None else late) if answer is None else answer)

        self._workers.run(partial(self.admit, peer, handshake, request_id), over, limit_s)

    def admit(self, peer: Peer, handshake: Handshake, request_id: str) -> Accepted | HttpResponse:
        """The verdict of the authorizer and of $connect."""
        if self._authorizer is not None:
            verdict = self._authorizer.authorize(peer, handshake, request_id)
            if isinstance(verdict, HttpResponse):
                return verdict
            peer = verdict
        route = self.api.routes.get(CONNECT)
        if route is None or route.integration.function is None:
            return Accepted(peer)
        event = websocket_event.connect_event(peer, handshake, request_id)
        outcome = self._functions.invoke(route.integration.function, event, "websocket", handshake.trace_id)
        return self._admitted(peer, outcome, request_id)

    def _admitted(self, peer: Peer, outcome: Outcome, request_id: str) -> Accepted | HttpResponse:
        refusal = partial(websocket_answer.refusal, connection_id=peer.connection_id, request_id=request_id)
        if outcome.kind == "throttled":
            return refusal(500, websocket_answer.INTERNAL_SERVER_ERROR)
        answer = websocket_answer.connect_answer(outcome.payload) if outcome.kind == "returned" else None
        if answer is None:
            return refusal(502, websocket_answer.INTERNAL_SERVER_ERROR)
        if not 200 <= answer.status < 300:
            return refusal(answer.status, websocket_answer.FORBIDDEN)
        return Accepted(peer, answer.subprotocol)

    # ---- SocketListener

    def received(self, socket: Socket, text: str) -> None:
        """A message goes to the route it names, to $default, or nowhere."""
        self._touch(socket)
        request_id = self._ids.api_request()
        route = self._route(text)
        if route is None:
            socket.send(self._error(socket, websocket_answer.FORBIDDEN, request_id))
            return
        socket.took_in_hand()
        event = websocket_event.message_event(
            socket.peer,
            route.key,
            text,
            request_id=request_id,
            message_id=self._ids.api_request(),
            now_s=self._clock.now(),
        )
        function = route.integration.function or ""
        self._workers.run(
            partial(self._functions.invoke, function, event, "websocket"),
            partial(self._answered, socket, route, request_id),
            self._functions.limit_s(route.integration),
        )

    def closed(self, socket: Socket, code: int, reason: str) -> None:
        """Once nothing of it is in hand, the $disconnect route is told."""
        self._sockets.remove(socket)
        socket.took_leave = (code, reason)
        if not socket.in_hand:
            self._disconnect(socket)

    def opened(self, socket: Socket) -> None:
        self._sockets.add(socket)

    def _route(self, text: str) -> WebSocketRoute | None:
        key = self._selection.key(text)
        route = None if key in (None, CONNECT, DISCONNECT) else self.api.routes.get(key or "")
        return route or self.api.routes.get(DEFAULT)

    def _answered(self, socket: Socket, route: WebSocketRoute, request_id: str, outcome: Outcome | None) -> None:
        if outcome is None or outcome.kind != "returned":
            self._send(socket, self._error(socket, websocket_answer.INTERNAL_SERVER_ERROR, request_id))
        elif route.two_way:
            body = websocket_answer.reply_body(outcome.payload)
            if body is not None:
                self._send(socket, body)
        socket.let_go()
        if socket.took_leave is not None and not socket.in_hand:
            self._disconnect(socket)

    def _send(self, socket: Socket, data: bytes) -> None:
        if socket.open:
            self._touch(socket)
            socket.send(data)

    def _disconnect(self, socket: Socket) -> None:
        """Best effort: nobody hears of a failure but the function's log."""
        route = self.api.routes.get(DISCONNECT)
        if route is None or route.integration.function is None or socket.took_leave is None:
            return
        event = websocket_event.disconnect_event(
            socket.peer, *socket.took_leave, request_id=self._ids.api_request(), now_s=self._clock.now()
        )
        self._workers.run(
            partial(self._functions.invoke, route.integration.function, event, "websocket"), lambda _: None
        )

    def _touch(self, socket: Socket) -> None:
        socket.active_at, socket.active_s = self._clock.monotonic(), self._clock.now()

    def _error(self, socket: Socket, message: str, request_id: str) -> bytes:
        return websocket_answer.error_message(message, socket.peer.connection_id, request_id)
