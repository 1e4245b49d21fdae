"""A request that has found its route: everything that an event for a function is built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.model import HttpApi, Route
from emulator.payloads.http_message import HttpRequest


@dataclass(frozen=True, slots=True)
class Authorized:
    """What an authorizer found out. kind "jwt": `context` is the claims, all strings; kind "lambda": its context."""

    kind: str
    context: Mapping[str, Any] | None
    scopes: tuple[str, ...] | None = None
    principal_id: str | None = None


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A request on its way to a route. `path` is fully decoded and carries the stage unless that is $default."""

    api: HttpApi
    region: str
    account_id: str
    request: HttpRequest
    route: Route
    path: str
    path_parameters: Mapping[str, str]
    authorized: Authorized | None = None

    @property
    def route_key(self) -> str:
        return route_key(self.route)

    @property
    def domain_name(self) -> str:
        """The host the client used, with its port, so that a URL built from it leads back here."""
        return self.request.header("host") or f"{self.api.api_id}.execute-api.{self.region}.amazonaws.com"

    @property
    def route_arn(self) -> str:
        """What IAM policies of Lambda authorizers name: the method and path requested, not the route's template."""
        path = self.path if self.api.stage == "$default" else self.path.removeprefix(f"/{self.api.stage}")
        return (
            f"arn:aws:execute-api:{self.region}:{self.account_id}:{self.api.api_id}"
            f"/{self.api.stage}/{self.request.method}{path}"
        )


def route_key(route: Route) -> str:
    """ "GET /links/{code}", or "$default"."""
    return "$default" if route.path == "$default" else f"{route.method} {route.path}"
