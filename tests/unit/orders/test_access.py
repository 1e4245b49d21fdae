"""The table of permissions against the template's routes: a route that nobody decided on is nobody's."""

from __future__ import annotations

from typing import Any

import pytest
from orders.domain.errors import ForbiddenError
from orders.web.access import PERMISSIONS, PUBLIC, admit

from tests.fakes.orders_account import http_event, template


def routes() -> dict[str, dict[str, Any]]:
    """Route key -> the event's properties, of the function that serves the API."""
    events = template()["Resources"]["ApiHandler"]["Properties"]["Events"].values()
    return {f"{one['Properties']['Method']} {one['Properties']['Path']}": one["Properties"] for one in events}


def authorizer(properties: dict[str, Any]) -> str:
    found: str = properties.get("Auth", {}).get("Authorizer", "People")
    return found


def test_every_route_of_the_template_has_its_permission_and_no_other_has() -> None:
    assert set(routes()) == set(PERMISSIONS)


def test_the_gateway_lets_exactly_public_routes_through_unsigned() -> None:
    unsigned = {route for route, properties in routes().items() if authorizer(properties) == "NONE"}
    assert unsigned == {route for route, wanted in PERMISSIONS.items() if wanted == PUBLIC}


def test_api_keys_open_exactly_what_is_for_integrations() -> None:
    keyed = {route for route, properties in routes().items() if authorizer(properties) == "Integrations"}
    assert keyed == {route for route in PERMISSIONS if " /integrations/" in route}


def test_an_unknown_route_is_nobodys() -> None:
    with pytest.raises(ForbiddenError):
        admit(http_event("GET /secrets", person="root", roles="[admin]"))


def test_a_public_route_asks_for_nobody() -> None:
    admit(http_event("GET /products"))


def test_a_route_for_people_refuses_nobody_and_customers() -> None:
    for event in (http_event("GET /audit"), http_event("GET /audit", person="ada", roles="[customer]")):
        with pytest.raises(ForbiddenError):
            admit(event)
    admit(http_event("GET /audit", person="grace", roles="[staff]"))
