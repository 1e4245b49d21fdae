"""The @connections API: post to a client, look at its connection, end it. AWS demands a signed request.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import unquote

from emulator.gateway.websocket.limits import MESSAGE_BYTES
from emulator.gateway.websocket.socket import Socket
from emulator.gateway.websocket.sockets import Sockets
from emulator.model import Clock
from emulator.payloads import sigv4_verification
from emulator.payloads.http_message import HttpRequest, HttpResponse


class ManagementApi:
    """Answers for every WebSocket API of the port: connection ids are unique among them."""

    def __init__(
        self, sockets: Sockets, clock: Clock, request_id: Callable[[], str], credentials: Mapping[str, str]
    ) -> None:
        """`credentials`: the secret of each access key that may call."""
        self._sockets, self._clock = sockets, clock
        self._request_id, self._credentials = request_id, credentials
        self._actions = {"POST": self._post, "GET": self._get, "DELETE": self._delete}

    def respond(self, request: HttpRequest, path: str) -> HttpResponse:
        """`request.path` as sent and signed; `path` below a further API's prefix: /<stage>/@connections/<id>."""
        refused = sigv4_verification.refusal(request, "execute-api", self._credentials, self._clock.now())
        if refused is not None:
            return self._refused(403, refused.error_type, refused.message)
        stage, _, rest = unquote(path).removeprefix("/").partition("/")
        resource, _, connection_id = rest.partition("/")
        act = self._actions.get(request.method)
        if resource != "@connections" or not connection_id or act is None:
            return self._refused(403, "ForbiddenException", "Forbidden")
        if not _is_id(connection_id):
            return self._refused(400, "BadRequestException", f"Invalid connectionId: {connection_id}")
        socket = self._sockets.find(connection_id, stage)
        # AWS says it in a header alone; the body is empty.
        return self._refused(410, "GoneException") if socket is None else act(socket, request.body)

    def _post(self, socket: Socket, body: bytes) -> HttpResponse:
        if len(body) > MESSAGE_BYTES:
            return self._refused(413, "PayloadTooLargeException", "Message too long")
        if socket.full:
            return self._refused(429, "LimitExceededException", "The client does not read what it is sent")
        socket.touch(self._clock)
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


def _is_id(text: str) -> bool:
    """Connection ids are eleven bytes in base64; anything else in base64 may have been one."""
    try:
        return bool(base64.b64decode(text, altchars=b"-_", validate=True))
    except ValueError:
        return False


def _iso(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
