"""The assets API: /assets, /assets/{assetId}, /assets/{assetId}/download and GET /openapi.json."""

from __future__ import annotations

from typing import Any

from assets import wiring
from assets.journal import Journal
from assets.web import assets_routes, openapi
from assets.web.api import Api, resolver
from assets.web.request import Event
from assets.web.warming import is_warming

_app = resolver(assets_routes.router, openapi.router)
_api = Api(_app, Journal("Assets"), assets=wiring.manage_assets(wiring.environment()))


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Answers one request, or is kept warm."""
    return {} if is_warming(event) else _api(event, context)
