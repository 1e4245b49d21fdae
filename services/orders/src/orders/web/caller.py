"""Who calls and what the request carries, as an HTTP API's event (payload 2.0) says it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orders.domain.errors import ForbiddenError, MalformedRequestError
from orders.domain.idempotency import Request, fingerprint
from orders.domain.permissions import Caller, Permission, integration, person, roles_in
from orders.journal import harmless

Event = Mapping[str, Any]
KEY_CHARACTERS = 255


def caller(event: Event) -> Caller:
    """The signed-in person, or the integration behind an API key; raises ForbiddenError for neither."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims") or {}
    if claims.get("sub"):
        return person(str(claims["sub"]), roles_in(claims.get("cognito:groups", "")), str(claims.get("email", "")))
    given = authorizer.get("lambda") or {}
    if given.get("keyId"):
        return integration(str(given["keyId"]), str(given.get("scopes", "")).split())
    raise ForbiddenError("Sign in first.")


def allowed(event: Event, permission: Permission) -> Caller:
    """The caller, who has the permission; raises ForbiddenError."""
    found = caller(event)
    if not found.may(permission):
        raise ForbiddenError(f"This needs the permission {permission}.")
    return found


def header(event: Event, name: str) -> str:
    """A header by its lower-case name, empty when absent."""
    return str((event.get("headers") or {}).get(name, ""))


def request_id(event: Event) -> str:
    return str(event.get("requestContext", {}).get("requestId", ""))


def correlation_id(event: Event) -> str:
    """The caller's X-Correlation-Id when it is harmless to repeat, else the request's own id."""
    return harmless(header(event, "x-correlation-id"), request_id(event))


def post(event: Event, kind: str, caller_id: str, body: object) -> Request:
    """What makes this POST the same as another; raises MalformedRequestError for an unusable key."""
    key = header(event, "idempotency-key")
    if len(key) > KEY_CHARACTERS or not key.isprintable():
        raise MalformedRequestError(f"An Idempotency-Key has at most {KEY_CHARACTERS} printable characters.")
    return Request(kind, caller_id, key, fingerprint(body))
