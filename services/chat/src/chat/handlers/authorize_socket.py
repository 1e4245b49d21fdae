"""The socket's Lambda authorizer (REQUEST): the access token comes as a subprotocol, since a browser sets no headers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
"""

from __future__ import annotations

from typing import Any

from chat import wiring
from chat.domain.errors import SessionEndedError
from chat.journal import Journal
from chat.web.request import Event
from chat.web.socket_actions import offered, request_id

_recognise = wiring.recognise(wiring.environment())
_journal = Journal("SocketAuthorizer")
_PREFIX = "token."


def handler(event: Event, _context: Any) -> dict[str, Any]:
    """A policy for this connection. When secret or session cannot be read it raises: the handshake fails with 500."""
    token = next((one.removeprefix(_PREFIX) for one in offered(event) if one.startswith(_PREFIX)), "")
    try:
        if not token:
            raise SessionEndedError("NoToken")
        caller = _recognise(token)
    except SessionEndedError as failure:
        _journal.note("INFO", "refused", request_id(event), {"TokensRefused": 1}, why=str(failure))
        return _policy("Deny", event, "nobody", {})
    context = {"userId": caller.user_id, "sessionId": caller.session_id}
    return _policy("Allow", event, caller.user_id, context)


def _policy(effect: str, event: Event, principal: str, context: dict[str, str]) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": principal, "policyDocument": policy, "context": context}
