"""The WebSocket API: $connect, $disconnect, and every action of a client (web/socket_actions.py)."""

from __future__ import annotations

import json
from typing import Any

from chat import wiring
from chat.journal import Journal
from chat.web.request import Event
from chat.web.socket_actions import SUBPROTOCOL, request_id

_actions = wiring.socket_actions(wiring.environment())
_journal = Journal("Socket")


def handler(event: Event, _context: Any) -> dict[str, Any]:
    """The handshake's answer, or the text that goes back. What nobody foresaw is raised: the gateway says so."""
    route = str(event["requestContext"]["routeKey"])
    if route == "$connect":
        return _opened(event)
    if route == "$disconnect":
        _actions.closed(event)
        _journal.note("INFO", "closed", request_id(event), {"SocketsClosed": 1})
        return {"statusCode": 200}
    return _acted(event, route)


def _opened(event: Event) -> dict[str, Any]:
    status = _actions.opened(event)
    _journal.note("INFO", "opened", request_id(event), {"SocketsOpened": int(status == 200)}, status=status)
    # Without the header browsers close a socket that offered subprotocols.
    return {"statusCode": status, "headers": {"Sec-WebSocket-Protocol": SUBPROTOCOL} if status == 200 else {}}


def _acted(event: Event, route: str) -> dict[str, Any]:
    answer, failure = _actions.act(event)
    code = answer["error"]["code"] if answer["type"] == "error" else None
    why = str(failure) if failure is not None and failure.code == "unavailable" else None
    level = "ERROR" if why is not None else "INFO"
    counts = {"Actions": 1, "Failures": int(code == "unavailable")}
    _journal.note(level, "acted", request_id(event), counts, route=route, code=code, why=why)
    return {"statusCode": 200, "body": json.dumps(answer, separators=(",", ":"))}
