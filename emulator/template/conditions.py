"""Evaluates the Conditions section, each condition once, whatever order they are written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from emulator.template.intrinsics import Resolver
from emulator.template.scope import Scope


def evaluated(expressions: Any, scope: Scope) -> dict[str, bool]:
    """Condition name -> truth; raises TemplateError for unknown names and for conditions that use each other."""
    if not isinstance(expressions, dict):
        raise scope.fault(
            "Conditions is not a mapping", ("Conditions",), found=repr(expressions)[:60], fix="Indent it."
        )
    lazy = _Lazy(expressions, scope)
    return {name: lazy[name] for name in expressions}


class _Lazy(Mapping[str, bool]):
    """Evaluates a condition when another one asks for it."""

    def __init__(self, expressions: dict[str, Any], scope: Scope) -> None:
        self._expressions = expressions
        self._resolver = Resolver(replace(scope, conditions=self))
        self._done: dict[str, bool] = {}
        self._doing: list[str] = []

    def __getitem__(self, name: str) -> bool:
        if name not in self._done:
            self._done[name] = self._evaluate(name)
        return self._done[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._expressions)

    def __len__(self) -> int:
        return len(self._expressions)

    def _evaluate(self, name: str) -> bool:
        expression = self._expressions[name]
        trail = ("Conditions", name)
        if name in self._doing or len(self._doing) > 60:
            cycle = " → ".join([*self._doing[:8], name])
            raise self._resolver.scope.fault(
                "Conditions use each other in a circle", trail, found=cycle, fix="Break it."
            )
        self._doing.append(name)
        truth = self._resolver.truth(expression, trail)
        self._doing.pop()
        return truth
