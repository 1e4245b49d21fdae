"""Who may call what: the one table of routes and the permission each asks for. A route that is not here is nobody's.

Routes under /integrations take API keys, all others tokens of the user pool, except those that are PUBLIC: the
template says so to the gateway, which checks keys and tokens before anything runs here.
"""

from __future__ import annotations

from collections.abc import Mapping

from orders.domain.errors import ForbiddenError
from orders.domain.permissions import Permission
from orders.web.caller import Event, caller

PUBLIC: frozenset[Permission] = frozenset()

PERMISSIONS: Mapping[str, frozenset[Permission]] = {
    "GET /health": PUBLIC,
    "GET /openapi.json": PUBLIC,
    "POST /users": PUBLIC,
    "POST /users/confirm": PUBLIC,
    "GET /users/me": frozenset({Permission.OWN_ACCOUNT}),
    "PUT /users/me": frozenset({Permission.OWN_ACCOUNT}),
    "GET /users": frozenset({Permission.PEOPLE_MANAGE}),
    "GET /users/{userId}": frozenset({Permission.PEOPLE_MANAGE}),
    "PUT /users/{userId}/roles": frozenset({Permission.PEOPLE_MANAGE}),
    "PUT /users/{userId}/status": frozenset({Permission.PEOPLE_MANAGE}),
    "GET /privacy/export": frozenset({Permission.OWN_ACCOUNT}),
    "DELETE /privacy": frozenset({Permission.OWN_ACCOUNT}),
    "GET /products": PUBLIC,
    "GET /products/{productId}": PUBLIC,
    "POST /products": frozenset({Permission.CATALOGUE_WRITE}),
    "POST /products/import": frozenset({Permission.CATALOGUE_WRITE}),
    "PUT /products/{productId}": frozenset({Permission.CATALOGUE_WRITE}),
    "DELETE /products/{productId}": frozenset({Permission.CATALOGUE_WRITE}),
    "POST /products/{productId}/stock": frozenset({Permission.CATALOGUE_WRITE}),
    "POST /orders": frozenset({Permission.ORDERS_OWN}),
    "GET /orders": frozenset({Permission.ORDERS_OWN}),
    "GET /orders/{orderId}": frozenset({Permission.ORDERS_OWN}),
    "POST /orders/{orderId}/cancel": frozenset({Permission.ORDERS_OWN}),
    "POST /orders/{orderId}/ship": frozenset({Permission.ORDERS_FULFIL}),
    "POST /orders/{orderId}/deliver": frozenset({Permission.ORDERS_FULFIL}),
    "GET /audit": frozenset({Permission.AUDIT_READ}),
    "POST /api-keys": frozenset({Permission.KEYS_MANAGE}),
    "GET /api-keys": frozenset({Permission.KEYS_MANAGE}),
    "DELETE /api-keys/{keyId}": frozenset({Permission.KEYS_MANAGE}),
    "GET /integrations/orders": frozenset({Permission.ORDERS_READ}),
    "GET /integrations/orders/{orderId}": frozenset({Permission.ORDERS_READ}),
    "POST /integrations/orders/{orderId}/ship": frozenset({Permission.ORDERS_FULFIL}),
    "POST /integrations/orders/{orderId}/deliver": frozenset({Permission.ORDERS_FULFIL}),
    "POST /integrations/products/import": frozenset({Permission.CATALOGUE_WRITE}),
    "POST /integrations/products/{productId}/stock": frozenset({Permission.CATALOGUE_WRITE}),
}
"""Route key -> permissions of which one is enough; none for PUBLIC ones."""


def admit(event: Event) -> None:
    """Raises ForbiddenError unless the caller has a permission that the route asks for."""
    route = str(event.get("routeKey", ""))
    wanted = PERMISSIONS.get(route)
    if wanted is None:
        raise ForbiddenError("Nobody may do this.")
    if wanted and not wanted & caller(event).permissions:
        raise ForbiddenError(f"This needs the permission {' or '.join(sorted(wanted))}.")
