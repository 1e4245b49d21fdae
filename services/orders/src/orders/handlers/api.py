"""The HTTP API: everything people and integrations ask. Routes are in orders/web, who may call them in access.py."""

from __future__ import annotations

from typing import Any

from orders import wiring
from orders.gateways.clients import client
from orders.journal import journalled
from orders.web.access import admit
from orders.web.application import Application
from orders.web.caller import Event, header
from orders.web.product_routes import IMPORT_CHARACTERS, IMPORTS
from orders.web.service_routes import ServiceRoutes

_env = wiring.environment()
_dynamodb = client("dynamodb")
_tokens = wiring.page_tokens(_env)


def _document() -> dict[str, Any]:
    from orders.web.openapi import document

    return document(_application.resolver, _base_url(_application.resolver.current_event.raw_event))


def _base_url(event: Event) -> str:
    scheme = header(event, "x-forwarded-proto").partition(",")[0] or "https"
    return f"{scheme}://{header(event, 'host') or event['requestContext'].get('domainName', '')}"


_application = Application(
    *wiring.people_routes(_env, _dynamodb, _tokens),
    *wiring.catalogue_routes(_env, _dynamodb, _tokens),
    wiring.order_routes(_env, _dynamodb, _tokens),
    ServiceRoutes(wiring.health(_env), _document).router(),
    admit=admit,
    limits={f"POST {path}": IMPORT_CHARACTERS for path in IMPORTS},
)


@journalled(_env.stage, "ApiHandler")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answers one request; the gateway has chosen the route already."""
    return _application.answer(event, context)
