"""Who may do what: roles of people, scopes of API keys, and what each of them grants. Pure.

Which route asks for which permission is in orders/web/access.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A Cognito group. Everybody who is signed in is a customer at least."""

    CUSTOMER = "customer"
    STAFF = "staff"
    ADMIN = "admin"


class Permission(StrEnum):
    """One thing that may be done. The text is also the scope of an API key."""

    OWN_ACCOUNT = "account:own"
    ORDERS_OWN = "orders:own"
    ORDERS_READ = "orders:read"
    ORDERS_FULFIL = "orders:fulfil"
    CATALOGUE_READ = "catalogue:read"
    CATALOGUE_WRITE = "catalogue:write"
    AUDIT_READ = "audit:read"
    PEOPLE_MANAGE = "people:manage"
    KEYS_MANAGE = "keys:manage"


_CUSTOMER = frozenset({Permission.OWN_ACCOUNT, Permission.ORDERS_OWN, Permission.CATALOGUE_READ})
_STAFF = _CUSTOMER | {
    Permission.ORDERS_READ,
    Permission.ORDERS_FULFIL,
    Permission.CATALOGUE_WRITE,
    Permission.AUDIT_READ,
}
GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.CUSTOMER: _CUSTOMER,
    Role.STAFF: _STAFF,
    Role.ADMIN: _STAFF | {Permission.PEOPLE_MANAGE, Permission.KEYS_MANAGE},
}
KEY_SCOPES = frozenset(
    {
        Permission.CATALOGUE_READ,
        Permission.CATALOGUE_WRITE,
        Permission.ORDERS_READ,
        Permission.ORDERS_FULFIL,
    }
)
"""What an API key can be given: never people, never other keys, never an order in somebody's name."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `caller_id` is the person's Cognito `sub`, or `key:<id>` of an integration's API key."""

    caller_id: str
    permissions: frozenset[Permission]
    roles: frozenset[Role] = frozenset()
    email: str = ""

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


def person(sub: str, roles: Iterable[Role], email: str = "") -> Caller:
    """A signed-in person; whoever is signed in is a customer at least."""
    held = frozenset(roles) | {Role.CUSTOMER}
    return Caller(sub, frozenset().union(*(GRANTS[role] for role in held)), held, email)


def integration(key_id: str, scopes: Iterable[str]) -> Caller:
    """An API key's holder. Scopes that no key may have are ignored."""
    return Caller(f"key:{key_id}", frozenset(scope for scope in KEY_SCOPES if scope in set(scopes)))


def roles_in(groups: object) -> frozenset[Role]:
    """The roles in a `cognito:groups` claim; names of other groups are ignored.

    An HTTP API hands a list claim to the function as text, "[admin staff]"; a REST API's has commas, a decoded token
    is a list. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    """
    if isinstance(groups, str):
        names: Iterable[object] = groups.strip().removeprefix("[").removesuffix("]").replace(",", " ").split()
    else:
        names = groups if isinstance(groups, list | tuple) else ()
    known = {role.value: role for role in Role}
    return frozenset(known[bare] for name in names if (bare := str(name).strip("\"' ")) in known)
