"""Finds the route of an HTTP API for a method and a path.

Priority: exact path, {variable}s, a greedy {proxy+}, $default; of the same path a named method before ANY.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from emulator.gateway.path_template import PathTemplate, path_template
from emulator.model import Route

_NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Match:
    """The route, and what its variables captured (decoded)."""

    route: Route
    path_parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Template:
    """A path of an API with its routes by method."""

    path: PathTemplate
    methods: Mapping[str, Route]

    def route_for(self, method: str) -> Route | None:
        return self.methods.get(method) or self.methods.get("ANY")


class RouteMatcher:
    """The routes of one API, prepared once. Holds no state between requests, so captures cannot leak."""

    def __init__(self, routes: Iterable[Route]) -> None:
        templates = _templates(routes)
        self._default = templates.pop("$default", None)
        self._exact = {path: each for path, each in templates.items() if each.path.is_exact}
        self._patterns = sorted(
            (each for path, each in templates.items() if path not in self._exact), key=lambda each: each.path.rank
        )

    def match(self, method: str, path: str) -> Match | None:
        """The most specific route for the request; a path that lacks the method does not hide a less specific one."""
        exact = self._exact.get(path)
        route = exact.route_for(method) if exact else None
        if route is not None:
            return Match(route, _NO_PARAMETERS)
        segments = path.split("/")[1:]
        for template in self._patterns:
            route = template.route_for(method)
            captured = template.path.captures(segments) if route is not None else None
            if route is not None and captured is not None:
                return Match(route, captured)
        route = self._default.route_for(method) if self._default else None
        return Match(route, _NO_PARAMETERS) if route is not None else None


def _templates(routes: Iterable[Route]) -> dict[str, _Template]:
    methods: dict[str, dict[str, Route]] = {}
    for route in routes:
        methods.setdefault(route.path, {})[_method(route)] = route
    return {path: _Template(path_template(path), routes_of) for path, routes_of in methods.items()}


def _method(route: Route) -> str:
    return "ANY" if route.path == "$default" else route.method.upper()
