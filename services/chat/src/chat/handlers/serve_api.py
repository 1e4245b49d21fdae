"""The API: /users, /conversations, GET /health and GET /openapi.json."""

from __future__ import annotations

from typing import Any

from chat import wiring
from chat.journal import Journal
from chat.web.api import Api, resolver
from chat.web.request import Event

_api = Api(resolver(*wiring.api_routes(wiring.environment())), Journal("ApiHandler"))


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Answers one request."""
    return _api(event, context)
