"""The API's Lambda authorizer (payload 2.0, simple answer): whoever bears a valid access token may pass.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from __future__ import annotations

from typing import Any

from shortener import wiring
from shortener.domain.errors import SignInError
from shortener.journal import Journal
from shortener.web.request import Event, correlation_id, header

_tokens = wiring.access_tokens(wiring.environment())
_journal = Journal("Authorizer")


def handler(event: Event, _context: Any) -> dict[str, Any]:
    """`isAuthorized`, and for whom. When the secret cannot be read it raises: the gateway then answers 500."""
    scheme, _, token = header(event, "authorization").strip().partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise SignInError("NoBearerToken")
        caller = _tokens.read(token.strip())
    except SignInError as failure:
        _journal.note("INFO", "refused", correlation_id(event), {"TokensRefused": 1}, why=str(failure))
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": {"userId": caller.user_id, "role": caller.role}}
