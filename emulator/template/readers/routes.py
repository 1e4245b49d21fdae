"""Routes of one HTTP API as they are collected, and the rule that keeps what is not served from failing open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emulator.model import Authorizer, Route
from emulator.template.readers.integrations import Integration
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


@dataclass(frozen=True, slots=True)
class Authorization:
    """What guards a route; no authorizer means that it is public."""

    authorizer: Authorizer | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Unserved:
    key: str
    reason: str
    guarded: bool
    section: Section


@dataclass(slots=True)
class RouteTable:
    """Filled by the readers of OpenAPI bodies and of route resources; later entries of a key win."""

    routes: dict[tuple[str, str], Route] = field(default_factory=dict)
    authorizers: dict[str, Authorizer] = field(default_factory=dict)
    _unserved: list[_Unserved] = field(default_factory=list)

    def add(
        self,
        section: Section,
        method: str,
        path: str,
        integration: Integration,
        authorization: Authorization,
        operation_name: str | None = None,
    ) -> None:
        authorizer = authorization.authorizer
        if integration.function is None:
            self._unserved.append(_Unserved(f"{method} {path}", integration.reason, authorizer is not None, section))
            return
        if authorizer is not None:
            self.authorizers[authorizer.name] = authorizer
        self.routes[method, path] = Route(
            method=method,
            path=path,
            function=integration.function,
            payload_version=integration.payload_version,
            authorizer=authorizer.name if authorizer else None,
            scopes=authorization.scopes,
            timeout_ms=integration.timeout_ms,
            operation_name=operation_name,
        )

    def settle(self, reading: Reading) -> None:
        """List what is not served. A guarded route must not fall through to a public one that catches its path."""
        public = [f"{route.method} {route.path}" for route in self.routes.values() if _catches_all(route)]
        for unserved in self._unserved:
            if unserved.guarded and public:
                raise unserved.section.unsupported(
                    None,
                    what=f"route {unserved.key} has an authorizer but cannot run here ({unserved.reason})",
                    found=f"public route {public[0]}, which would answer instead",
                    fix="Guard that route too, or remove this one.",
                )
            reading.ignore(unserved.section, "", f"route {unserved.key} is not served: {unserved.reason}")


def check_key(section: Section, name: str | None, method: str, path: str) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html"""
    if method not in METHODS or not (path.startswith("/") or (path == "$default" and method == "ANY")):
        raise section.fault(
            name, what="a route key is malformed", found=f"{method} {path}"[:80], fix="Write METHOD /path, or $default."
        )


def route_key(route: Route) -> str:
    """The key by which a stage's RouteSettings name a route."""
    return "$default" if route.path == "$default" else f"{route.method} {route.path}"


def _catches_all(route: Route) -> bool:
    return route.authorizer is None and ("{" in route.path or route.path == "$default")


def unknown_settings(routes: Mapping[tuple[str, str], Route], settings: Mapping[str, object]) -> list[str]:
    keys = {route_key(route) for route in routes.values()}
    return [key for key in settings if key not in keys]
