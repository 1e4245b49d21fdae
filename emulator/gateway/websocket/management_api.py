"""The @connections API: post to a client, look at its connection, end it. AWS demands a signed request.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote

from emulator.gateway.websocket.limits import MESSAGE_BYTES
from emulator.gateway.websocket.socket import Socket
from emulator.gateway.websocket.sockets import Sockets
from emulator.model import Clock
from emulator.payloads.http_message import HttpResponse

_SIGNED = "AWS4-HMAC-SHA256 "


class ManagementApi:
    """Answers for every WebSocket API of the port: connection ids are unique among them."""

    def __init__(self, sockets: Sockets, clock: Clock, request_id: Callable[[], str]) -> None:
        self._sockets, self._clock, self._request_id = sockets, clock, request_id

    def respond(self, method: str, path: str, authorization: str | None, body: bytes) -> HttpResponse:
        """`path` as sent, below a further API's prefix: /<stage>/@connections/<id>."""
        if authorization is None or not authorization.startswith(_SIGNED):
            return self._refused(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        stage, _, rest = unquote(path).removeprefix("/").partition("/")
        resource, _, connection_id = rest.partition("/")
        if resource != "@connections" or not connection_id:
            return self._refused(403, "ForbiddenException", "Forbidden")
        socket = self._sockets.find(connection_id, stage)
        if socket is None:
            return self._refused(410, "GoneException")
        act = {"POST": self._post, "GET": self._get, "DELETE": self._delete}.get(method)
        return act(socket, body) if act else self._refused(403, "ForbiddenException", "Forbidden")

    def _post(self, socket: Socket, body: bytes) -> HttpResponse:
        if len(body) > MESSAGE_BYTES:
            return self._refused(413, "PayloadTooLargeException", "Message too long")
        if socket.full:
            return self._refused(429, "LimitExceededException", "The client does not read what it is sent")
        socket.active_at, socket.active_s = self._clock.monotonic(), self._clock.now()
        socket.send(body)
        return self._answer(200)

    def _get(self, socket: Socket, _body: bytes) -> HttpResponse:
        peer = socket.peer
        identity = {"sourceIp": peer.source_ip, "userAgent": peer.user_agent}
        document = {
            "connectedAt": _iso(peer.connected_ms / 1000),
            "identity": {name: value for name, value in identity.items() if value is not None},
            "lastActiveAt": _iso(socket.active_s),
        }
        return self._answer(200, document)

    def _delete(self, socket: Socket, _body: bytes) -> HttpResponse:
        socket.close(1000, "Connection Closed Normally")
        return self._answer(204)

    def _refused(self, status: int, error_type: str, message: str | None = None) -> HttpResponse:
        answer = self._answer(status, None if message is None else {"message": message})
        return HttpResponse(status, (*answer.headers, ("x-amzn-errortype", error_type)), answer.body)

    def _answer(self, status: int, document: object = None) -> HttpResponse:
        body = b"" if document is None else json.dumps(document, separators=(",", ":")).encode()
        headers = (("content-type", "application/json"), ("x-amzn-requestid", self._request_id()))
        return HttpResponse(status, headers, body)


def _iso(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
