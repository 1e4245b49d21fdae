"""Finds the route of an HTTP API for a method and a path.

Priority: exact path, {variable}s, a greedy {proxy+}, $default; of the same path a named method before ANY.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from emulator.model import Route

_STATIC, _VARIABLE, _GREEDY = 0, 1, 2
_NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Match:
    """The route, and what its variables captured (decoded)."""

    route: Route
    path_parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Template:
    """A path of an API, its segments classified, with its routes by method."""

    kinds: tuple[int, ...]
    names: tuple[str, ...]
    methods: Mapping[str, Route]

    @property
    def rank(self) -> tuple[bool, tuple[int, ...]]:
        """Smaller is more specific: no greedy variable first, then literal segments as early as possible."""
        return (_GREEDY in self.kinds, self.kinds)

    def route_for(self, method: str) -> Route | None:
        return self.methods.get(method) or self.methods.get("ANY")

    def captures(self, segments: list[str]) -> dict[str, str] | None:
        """What the variables capture of these segments, or None when the path is not of this template."""
        greedy = self.kinds[-1:] == (_GREEDY,)
        if len(segments) < len(self.kinds) or (len(segments) > len(self.kinds) and not greedy):
            return None
        captured: dict[str, str] = {}
        for index, (kind, name) in enumerate(zip(self.kinds, self.names, strict=True)):
            value = "/".join(segments[index:]) if kind == _GREEDY else segments[index]
            if kind == _STATIC:
                if value != name:
                    return None
            elif not value:
                # A variable never captures nothing: /links/ is not /links/{code}.
                return None
            else:
                captured[name] = value
        return captured


class RouteMatcher:
    """The routes of one API, prepared once. Holds no state between requests, so captures cannot leak."""

    def __init__(self, routes: Iterable[Route]) -> None:
        templates = _templates(routes)
        self._default = templates.pop("$default", None)
        self._exact = {path: each for path, each in templates.items() if set(each.kinds) <= {_STATIC}}
        self._patterns = sorted(
            (each for path, each in templates.items() if path not in self._exact), key=lambda each: each.rank
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
            captured = template.captures(segments) if route is not None else None
            if route is not None and captured is not None:
                return Match(route, captured)
        route = self._default.route_for(method) if self._default else None
        return Match(route, _NO_PARAMETERS) if route is not None else None


def _templates(routes: Iterable[Route]) -> dict[str, _Template]:
    methods: dict[str, dict[str, Route]] = {}
    for route in routes:
        methods.setdefault(route.path, {})[_method(route)] = route
    return {path: _template(path, routes_of) for path, routes_of in methods.items()}


def _method(route: Route) -> str:
    return "ANY" if route.path == "$default" else route.method.upper()


def _template(path: str, methods: Mapping[str, Route]) -> _Template:
    segments = [] if path == "$default" else path.split("/")[1:]
    classified = [_classified(segment) for segment in segments]
    return _Template(
        kinds=tuple(kind for kind, _ in classified), names=tuple(name for _, name in classified), methods=methods
    )


def _classified(segment: str) -> tuple[int, str]:
    if not (segment.startswith("{") and segment.endswith("}")):
        return _STATIC, segment
    name = segment[1:-1]
    return (_GREEDY, name.removesuffix("+")) if name.endswith("+") else (_VARIABLE, name)
