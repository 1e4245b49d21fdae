"""The sign-in API: /auth/register, /auth/login, /auth/refresh, /auth/logout."""

from __future__ import annotations

from typing import Any

from chat import wiring
from chat.journal import Journal
from chat.web.api import Api, resolver
from chat.web.request import Event

_api = Api(resolver(*wiring.auth_routes(wiring.environment())), Journal("Auth"))


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Answers one request."""
    return _api(event, context)
