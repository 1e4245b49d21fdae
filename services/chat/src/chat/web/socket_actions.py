"""The socket's routes: opens, closes, and answers every action with exactly one JSON text.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from chat.domain.connecting import Connect
from chat.domain.errors import ChatError, SessionEndedError
from chat.domain.happenings import message_view
from chat.domain.messaging import Converser, Draft
from chat.domain.model import Caller
from chat.domain.signalling import Signal
from chat.web import replies
from chat.web.request import Event
from chat.web.socket_models import MarkRead, Ping, SendMessage, Typing

SUBPROTOCOL = "chat.v1"
_Answer = dict[str, Any]
_Body = Mapping[str, Any]
_MALFORMED = {"code": "malformed_request", "message": "Send a JSON object with an action.", "details": []}
_UNKNOWN = {"code": "unknown_action", "message": "There is no such action.", "details": []}


class SocketActions:
    """Answers one event of the WebSocket API."""

    def __init__(self, connect: Connect, converser: Converser, signal: Signal) -> None:
        self._connect, self._converser, self._signal = connect, converser, signal
        self._acts: Mapping[str, Callable[[_Body, Event], _Answer]] = {
            "sendMessage": self._send,
            "typing": self._typing,
            "markRead": self._read,
            "ping": self._pong,
        }

    def opened(self, event: Event) -> int:
        """The status of the handshake's answer. Raises UnavailableError."""
        if SUBPROTOCOL not in offered(event):
            return 400
        try:
            self._connect.opened(_connection_id(event), _caller(event) or _nobody())
        except SessionEndedError:
            return 403
        return 200

    def closed(self, event: Event) -> None:
        """Raises UnavailableError."""
        self._connect.closed(_connection_id(event))

    def act(self, event: Event) -> tuple[_Answer, ChatError | None]:
        """The answer, and what went wrong where it says so."""
        body = _body(event)
        if body is None:
            return self._made_no_sense({}, _MALFORMED, event)
        act = self._acts.get(str(body.get("action")))
        if act is None:
            return self._made_no_sense(body, _UNKNOWN, event)
        try:
            return {"type": "ack", "action": body["action"], "ref": body.get("ref"), **act(body, event)}, None
        except ValidationError as failure:
            return self._made_no_sense(body, replies.invalid(replies.details_of(failure.errors(), places=0)), event)
        except ChatError as failure:
            return _failed(body, replies.described(failure), event), failure

    def _made_no_sense(self, body: _Body, said: _Body, event: Event) -> tuple[_Answer, ChatError | None]:
        """It costs as much as what does: it counts, too."""
        try:
            self._signal.passed(self._caller(event).user_id)
        except ChatError as failure:
            return _failed(body, replies.described(failure), event), failure
        return _failed(body, said, event), None

    def _caller(self, event: Event) -> Caller:
        """The authorizer's word is handed on with every message; where it is not, the connection is looked up."""
        caller = _caller(event)
        return self._connect.check(caller) if caller is not None else self._connect.caller(_connection_id(event))

    def _send(self, body: _Body, event: Event) -> _Answer:
        wanted = SendMessage.model_validate(body)
        draft = Draft(wanted.conversation_id, wanted.client_id, wanted.text, request_id(event))
        return {"message": message_view(self._converser.send(self._caller(event).user_id, draft))}

    def _typing(self, body: _Body, event: Event) -> _Answer:
        wanted = Typing.model_validate(body)
        self._signal.typing(self._caller(event).user_id, wanted.conversation_id)
        return {}

    def _read(self, body: _Body, event: Event) -> _Answer:
        wanted = MarkRead.model_validate(body)
        read, unread = self._signal.read(self._caller(event).user_id, wanted.conversation_id, wanted.seq)
        return {"conversationId": wanted.conversation_id, "readSeq": read, "unread": unread}

    def _pong(self, body: _Body, event: Event) -> _Answer:
        Ping.model_validate(body)
        self._signal.passed(self._caller(event).user_id)
        return {"type": "pong"}


def offered(event: Event) -> list[str]:
    """The subprotocols that a handshake offers; header names come as the client wrote them."""
    headers: Mapping[str, str] = event.get("headers") or {}
    text = next((value for name, value in headers.items() if name.lower() == "sec-websocket-protocol"), "")
    return [one.strip() for one in text.split(",") if one.strip()]


def request_id(event: Event) -> str:
    return str(event["requestContext"]["requestId"])


def _connection_id(event: Event) -> str:
    return str(event["requestContext"]["connectionId"])


def _caller(event: Event) -> Caller | None:
    said = event["requestContext"].get("authorizer") or {}
    if not said.get("userId") or not said.get("sessionId"):
        return None
    return Caller(str(said["userId"]), str(said["sessionId"]))


def _nobody() -> Caller:
    raise SessionEndedError("NoAuthorizer")


def _body(event: Event) -> dict[str, Any] | None:
    try:
        body = json.loads(event.get("body") or "")
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _failed(body: Mapping[str, Any], said: Mapping[str, Any], event: Event) -> _Answer:
    action, ref = body.get("action"), body.get("ref")
    return {
        "type": "error",
        "action": action if isinstance(action, str) else None,
        "ref": ref if isinstance(ref, str) and len(ref) <= 64 else None,
        "error": dict(said),
        "requestId": request_id(event),
    }
