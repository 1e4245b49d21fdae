"""The HTTP API's Lambda authorizer (payload 2.0, simple answer): whoever bears an access token of a session that goes
on may pass.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from __future__ import annotations

from typing import Any

from chat import wiring
from chat.domain.errors import SessionEndedError
from chat.journal import Journal
from chat.web.request import Event, correlation_id, header

_recognise = wiring.recognise(wiring.environment())
_journal = Journal("Authorizer")


def handler(event: Event, _context: Any) -> dict[str, Any]:
    """`isAuthorized`, and for whom. When secret or session cannot be read it raises: the gateway then answers 500."""
    scheme, _, token = header(event, "authorization").strip().partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise SessionEndedError("NoBearerToken")
        caller = _recognise(token.strip())
    except SessionEndedError as failure:
        _journal.note("INFO", "refused", correlation_id(event), {"TokensRefused": 1}, why=str(failure))
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": {"userId": caller.user_id, "sessionId": caller.session_id}}
