"""One WebSocket API: takes the messages of its sockets to their routes, and tells $disconnect of the end.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
"""

from __future__ import annotations

from functools import partial
from typing import Any

from emulator.gateway.request_ids import Ids
from emulator.gateway.websocket.access_log import AccessLog
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

Event = dict[str, Any]


class WebSocketApiEndpoint:
    """Implements `SocketListener`; everything here runs on the event loop's thread and waits for nothing."""

    def __init__(
        self,
        api: WebSocketApi,
        admission: Admission,
        functions: RouteFunctions,
        throttling: Throttling,
        log: AccessLog,
        sockets: Sockets,
        workers: Workers,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self.api, self.admission, self._log = api, admission, log
        self._functions, self._throttling, self._sockets = functions, throttling, sockets
        self._workers, self._clock, self._ids = workers, clock, ids
        self._selection = RouteSelection(api.selection_expression)

    def opened(self, socket: Socket) -> None:
        """The client knows that it is connected."""
        self._sockets.add(socket)

    def received(self, socket: Socket, text: str) -> None:
        """A message goes to the route it names, to $default, or nowhere."""
        socket.touch(self._clock)
        route = self._route(text)
        event = self._event(socket, route, text)
        if route is None:
            self._fail(socket, event, websocket_answer.FORBIDDEN)
        elif not self._throttling.admits(route.key):
            self._fail(socket, event, websocket_answer.TOO_MANY_REQUESTS)
        elif route.integration.kind == "unserved":
            self._fail(socket, event, websocket_answer.INTERNAL_SERVER_ERROR)
        elif route.integration.function is None:
            self._mock(socket, route, event)
        else:
            self._invoke(socket, route, route.integration.function, event)

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

    def _event(self, socket: Socket, route: WebSocketRoute | None, text: str) -> Event:
        return websocket_event.message_event(
            socket.peer,
            route.key if route else "",
            text,
            request_id=self._ids.api_request(),
            message_id=self._ids.api_request(),
            now_s=self._clock.now(),
        )

    def _invoke(self, socket: Socket, route: WebSocketRoute, function: str, event: Event) -> None:
        socket.took_in_hand()
        limit_s = self._functions.limit_s(route.integration)
        self._workers.run(
            partial(self._functions.invoke, function, event, "websocket"),
            partial(self._answered, socket, route, event, limit_s is not None),
            limit_s,
        )

    def _answered(
        self, socket: Socket, route: WebSocketRoute, event: Event, limited: bool, outcome: Outcome | None
    ) -> None:
        """The status code of an answer says nothing to the client; a body goes back on a two-way route only."""
        body = _answered_body(outcome)
        if outcome is None and limited:
            self._fail(socket, event, websocket_answer.TIMED_OUT)
        elif body is None:
            self._fail(socket, event, websocket_answer.INTERNAL_SERVER_ERROR, outcome)
        else:
            self._reply(socket, event, body or None if route.two_way else None, outcome)
        socket.let_go()
        if socket.took_leave is not None and not socket.in_hand:
            self._disconnect(socket)

    def _mock(self, socket: Socket, route: WebSocketRoute, event: Event) -> None:
        reply = route.integration.reply if route.two_way else None
        context = event["requestContext"]
        values = {name: str(context[name]) for name in websocket_answer.MOCK_VALUES}
        self._reply(socket, event, None if reply is None else websocket_answer.mock_reply(reply, values))

    def _disconnect(self, socket: Socket) -> None:
        """Best effort: nobody hears of a failure but the logs."""
        route = self.api.routes.get(DISCONNECT)
        if route is None or route.integration.function is None or socket.took_leave is None:
            return
        code, reason = socket.took_leave
        request_id, now_s = self._ids.api_request(), self._clock.now()
        event = websocket_event.disconnect_event(socket.peer, code, reason, request_id, now_s)
        call = partial(self._functions.invoke, route.integration.function, event, "websocket")
        self._workers.run(call, partial(self._told, event))

    def _told(self, event: Event, outcome: Outcome | None) -> None:
        if _answered_body(outcome) is None:
            self._log.note(event, 500, error=websocket_answer.INTERNAL_SERVER_ERROR, outcome=outcome)
        else:
            self._log.note(event, 200, outcome=outcome)

    def _reply(self, socket: Socket, event: Event, body: bytes | None, outcome: Outcome | None = None) -> None:
        """The limit of a message's size holds in both directions."""
        if body is not None and len(body) > MESSAGE_BYTES:
            self._fail(socket, event, websocket_answer.INTERNAL_SERVER_ERROR, outcome)
            return
        self._send(socket, body)
        self._log.note(event, 200, outcome=outcome)

    def _fail(self, socket: Socket, event: Event, message: str, outcome: Outcome | None = None) -> None:
        request_id = event["requestContext"]["requestId"]
        self._send(socket, websocket_answer.error_message(message, socket.peer.connection_id, request_id))
        self._log.note(event, websocket_answer.STATUS[message], error=message, outcome=outcome)

    def _send(self, socket: Socket, data: bytes | None) -> None:
        if data is not None and socket.open:
            socket.touch(self._clock)
            socket.send(data)


def _answered_body(outcome: Outcome | None) -> bytes | None:
    """Empty when the function answered without a body; None when it failed, or its answer is malformed."""
    if outcome is None or outcome.kind != "returned":
        return None
    return websocket_answer.reply_body(outcome.payload)
