"""One WebSocket API: takes the messages of its sockets to their routes, and tells $disconnect of the end.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
"""

from __future__ import annotations

from functools import partial

from emulator.gateway.request_ids import Ids
from emulator.gateway.websocket.admission import Admission
from emulator.gateway.websocket.functions import RouteFunctions
from emulator.gateway.websocket.limits import MESSAGE_BYTES
from emulator.gateway.websocket.socket import Socket
from emulator.gateway.websocket.sockets import Sockets
from emulator.gateway.websocket.throttling import Throttling
from emulator.gateway.websocket.workers import Workers
from emulator.model import Clock, Outcome
from emulator.model.websocket_apis import CONNECT, DEFAULT, DISCONNECT, WebSocketApi, WebSocketRoute
from emulator.payloads import websocket_answer, websocket_event
from emulator.payloads.route_selection import RouteSelection


class WebSocketApiEndpoint:
    """Implements `SocketListener`; everything here runs on the event loop's thread and waits for nothing."""

    def __init__(
        self,
        api: WebSocketApi,
        admission: Admission,
        functions: RouteFunctions,
        throttling: Throttling,
        sockets: Sockets,
        workers: Workers,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self.api, self.admission = api, admission
        self._functions, self._throttling, self._sockets = functions, throttling, sockets
        self._workers, self._clock, self._ids = workers, clock, ids
        self._selection = RouteSelection(api.selection_expression)

    def opened(self, socket: Socket) -> None:
        """The client knows that it is connected."""
        self._sockets.add(socket)

    def received(self, socket: Socket, text: str) -> None:
        """A message goes to the route it names, to $default, or nowhere."""
        socket.touch(self._clock)
        request_id = self._ids.api_request()
        route = self._route(text)
        if route is None:
            self._tell(socket, websocket_answer.FORBIDDEN, request_id)
        elif not self._throttling.admits(route.key):
            self._tell(socket, websocket_answer.TOO_MANY_REQUESTS, request_id)
        elif route.integration.kind == "unserved":
            self._tell(socket, websocket_answer.INTERNAL_SERVER_ERROR, request_id)
        elif route.integration.function is None:
            self._mock(socket, route, request_id)
        else:
            self._invoke(socket, route, route.integration.function, text, request_id)

    def closed(self, socket: Socket, code: int, reason: str) -> None:
        """Once nothing of it is in hand, the $disconnect route is told."""
        self._sockets.remove(socket)
        socket.took_leave = (code, reason)
        if not socket.in_hand:
            self._disconnect(socket)

    def _route(self, text: str) -> WebSocketRoute | None:
        key = self._selection.key(text)
        # Nobody can pretend to connect or disconnect.
        route = None if key in (None, CONNECT, DISCONNECT) else self.api.routes.get(key or "")
        return route or self.api.routes.get(DEFAULT)

    def _invoke(self, socket: Socket, route: WebSocketRoute, function: str, text: str, request_id: str) -> None:
        event = websocket_event.message_event(
            socket.peer,
            route.key,
            text,
            request_id=request_id,
            message_id=self._ids.api_request(),
            now_s=self._clock.now(),
        )
        socket.took_in_hand()
        limit_s = self._functions.limit_s(route.integration)
        self._workers.run(
            partial(self._functions.invoke, function, event, "websocket"),
            partial(self._answered, socket, route, request_id, limit_s is not None),
            limit_s,
        )

    def _answered(
        self, socket: Socket, route: WebSocketRoute, request_id: str, limited: bool, outcome: Outcome | None
    ) -> None:
        """The status code of an answer says nothing to the client; a body goes back on a two-way route only."""
        if outcome is None and limited:
            self._tell(socket, websocket_answer.TIMED_OUT, request_id)
        elif outcome is None or outcome.kind != "returned":
            self._tell(socket, websocket_answer.INTERNAL_SERVER_ERROR, request_id)
        elif route.two_way:
            self._reply(socket, websocket_answer.reply_body(outcome.payload), request_id)
        socket.let_go()
        if socket.took_leave is not None and not socket.in_hand:
            self._disconnect(socket)

    def _reply(self, socket: Socket, body: bytes | None, request_id: str) -> None:
        """The limit of a message's size holds in both directions."""
        if body is not None and len(body) > MESSAGE_BYTES:
            self._tell(socket, websocket_answer.INTERNAL_SERVER_ERROR, request_id)
        else:
            self._send(socket, body)

    def _mock(self, socket: Socket, route: WebSocketRoute, request_id: str) -> None:
        if route.two_way and route.integration.reply is not None:
            values = {"connectionId": socket.peer.connection_id, "requestId": request_id, "routeKey": route.key}
            self._send(socket, websocket_answer.mock_reply(route.integration.reply, values))

    def _disconnect(self, socket: Socket) -> None:
        """Best effort: nobody hears of a failure but the function's log."""
        route = self.api.routes.get(DISCONNECT)
        if route is None or route.integration.function is None or socket.took_leave is None:
            return
        code, reason = socket.took_leave
        request_id, now_s = self._ids.api_request(), self._clock.now()
        event = websocket_event.disconnect_event(socket.peer, code, reason, request_id, now_s)
        call = partial(self._functions.invoke, route.integration.function, event, "websocket")
        self._workers.run(call, lambda _: None)

    def _tell(self, socket: Socket, message: str, request_id: str) -> None:
        self._send(socket, websocket_answer.error_message(message, socket.peer.connection_id, request_id))

    def _send(self, socket: Socket, data: bytes | None) -> None:
        if data is not None and socket.open:
            socket.touch(self._clock)
            socket.send(data)
