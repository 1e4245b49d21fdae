"""The Lambda authorizer of integrations (payload 2.0, simple answer): whoever bears a working API key may pass.

What the key may do is decided where people's permissions are, in orders/web/access.py.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from __future__ import annotations

from typing import Any

from orders import wiring
from orders.journal import correlated, count, journalled, log
from orders.web.caller import Event, correlation_id, header

_env = wiring.environment()
_recognise = wiring.recognise_key(_env)


@journalled(_env.stage, "KeyAuthorizer")
def handler(event: Event, _context: Any) -> dict[str, Any]:
    """`isAuthorized`, and which key it is. When the keys cannot be read it raises: the gateway then answers 500."""
    with correlated(correlation_id(event)):
        key = _recognise(header(event, "x-api-key"))
        if key is None:
            log.info("refused")
            count(KeysRefused=1)
            return {"isAuthorized": False}
        return {"isAuthorized": True, "context": {"keyId": key.key_id, "scopes": " ".join(sorted(key.scopes))}}
