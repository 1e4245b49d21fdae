"""Finds the method of a REST API for a verb and a path.

Priority: literal segments, {variable}s, a greedy {proxy+}; of those with the verb, the most specific resource answers
(as measured on live APIs: https://github.com/ministackorg/ministack/pull/1423). A slash at the end changes nothing.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from emulator.gateway.path_template import PathTemplate, path_template
from emulator.model import RestMethod

# What ANY stands for.
_ANY = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


@dataclass(frozen=True, slots=True)
class _Resource:
    path: PathTemplate
    methods: Mapping[str, RestMethod]

    def method_for(self, verb: str) -> RestMethod | None:
        return self.methods.get(verb) or (self.methods.get("ANY") if verb in _ANY else None)


class ResourceTree:
    """The resources of one API, prepared once."""

    def __init__(self, methods: Iterable[RestMethod]) -> None:
        resources = _resources(methods)
        self._exact = {path: each for path, each in resources.items() if each.path.is_exact}
        self._patterns = sorted(
            (each for path, each in resources.items() if path not in self._exact), key=lambda each: each.path.rank
        )

    def match(self, verb: str, path: str) -> tuple[RestMethod, Mapping[str, str]] | None:
        """The method and what its variables captured, or None."""
        trimmed = path.rstrip("/") or "/"
        exact = self._exact.get(trimmed)
        method = exact.method_for(verb) if exact is not None else None
        if method is not None:
            return method, {}
        segments = trimmed.split("/")[1:]
        for resource in self._patterns:
            method = resource.method_for(verb)
            captured = resource.path.captures(segments) if method is not None else None
            if method is not None and captured is not None:
                return method, captured
        return None


def _resources(methods: Iterable[RestMethod]) -> dict[str, _Resource]:
    by_path: dict[str, dict[str, RestMethod]] = {}
    for method in methods:
        path = method.resource_path.rstrip("/") or "/"
        by_path.setdefault(path, {})[method.http_method] = method
    return {path: _Resource(path_template(path), methods_of) for path, methods_of in by_path.items()}
