"""The users API: /users and /users/{userId}."""

from __future__ import annotations

from typing import Any

from assets import wiring
from assets.journal import Journal
from assets.web.api import Api, resolver
from assets.web.request import Event
from assets.web.users_routes import router
from assets.web.warming import is_warming

_api = Api(resolver(router), Journal("Users"), users=wiring.manage_users(wiring.environment()))


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Answers one request, or is kept warm."""
    return {} if is_warming(event) else _api(event, context)
