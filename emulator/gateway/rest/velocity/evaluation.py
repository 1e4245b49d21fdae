"""Evaluates a template that was read."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from emulator.gateway.rest.velocity import java
from emulator.gateway.rest.velocity.arithmetic import computed
from emulator.gateway.rest.velocity.java import EvaluationError
from emulator.gateway.rest.velocity.syntax import (
    Assignment,
    Binary,
    Block,
    Call,
    Choice,
    Definition,
    Expression,
    Index,
    Leave,
    ListOf,
    Literal,
    Loop,
    Macro,
    MacroCall,
    MapOf,
    Property,
    Quoted,
    RangeOf,
    Reference,
    Text,
    Unary,
)

_LONGEST_RANGE = 100_000
_DEEPEST = 50


class Host(Protocol):
    """An object that a template is given, such as $input."""

    def property(self, name: str) -> Any: ...

    def call(self, name: str, arguments: list[Any]) -> Any: ...


@dataclass(frozen=True, slots=True)
class _Deferred:
    """What #define gives its variable."""

    body: Block


class _StopError(Exception):
    """#stop"""


class _BreakError(Exception):
    """#break"""


class Evaluation:
    """One run of a template. `scope` holds its variables, which the template may set."""

    def __init__(self, scope: dict[str, Any]) -> None:
        self._scope = scope
        self._macros: dict[str, Macro] = {}
        self._depth = 0
        self._out: list[str] = []

    def run(self, template: Block) -> str:
        """The text that the template writes; raises EvaluationError."""
        # Outside of a loop #break ends the template too.
        with suppress(_StopError, _BreakError):
            self._write(template)
        return "".join(self._out)

    def _write(self, block: Block) -> None:
        for node in block.nodes:
            _WRITERS[type(node)](self, node)

    def _text(self, node: Text) -> None:
        self._out.append(node.text)

    def _reference(self, node: Reference) -> None:
        # API Gateway writes nothing for what is null, where Velocity would write the reference as it stands.
        value = self.value(node)
        self._out.append("" if value is None else java.written(value))

    def _assign(self, node: Assignment) -> None:
        value = self.value(node.value)
        if not node.target.steps:
            self._scope[node.target.name] = value
            return
        *way, last = node.target.steps
        owner = self._followed(self._scope.get(node.target.name), way)
        if isinstance(last, Property) and isinstance(owner, dict):
            owner[last.name] = value
        elif isinstance(last, Index) and isinstance(owner, dict | list):
            with suppress(IndexError, TypeError):
                owner[self.value(last.at)] = value

    def _choose(self, node: Choice) -> None:
        for condition, block in node.branches:
            if condition is None or java.is_true(self.value(condition)):
                self._write(block)
                return

    def _loop(self, node: Loop) -> None:
        items = _items(self.value(node.items))
        outer = {name: self._scope.get(name) for name in (node.variable, "foreach", "velocityCount")}
        with suppress(_BreakError):
            for index, item in enumerate(items):
                self._scope |= {
                    node.variable: item,
                    "foreach": _position(index, len(items), outer["foreach"]),
                    "velocityCount": index + 1,
                }
                self._write(node.body)
        self._scope |= outer

    def _define(self, node: Definition) -> None:
        self._scope[node.variable] = _Deferred(node.body)

    def _declare(self, node: Macro) -> None:
        self._macros[node.name] = node

    def _call_macro(self, node: MacroCall) -> None:
        macro = self._macros.get(node.name)
        if macro is None:
            self._out.append(node.source)
            return
        arguments = [self.value(argument) for argument in node.arguments]
        outer = {name: self._scope.get(name) for name in macro.parameters}
        self._scope |= dict(zip(macro.parameters, arguments, strict=False))
        self._deeper(macro.body)
        self._scope |= outer

    def _leave(self, node: Leave) -> None:
        raise _StopError if node.how == "stop" else _BreakError

    def _deeper(self, block: Block) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise EvaluationError("macros or definitions call each other without end")
        try:
            self._write(block)
        finally:
            self._depth -= 1

    def value(self, expression: Expression) -> Any:
        """The value of an expression; None is null."""
        return _VALUES[type(expression)](self, expression)

    def _literal(self, node: Literal) -> Any:
        return node.value

    def _quoted(self, node: Quoted) -> str:
        return self._captured(node.body)

    def _list(self, node: ListOf) -> list[Any]:
        return [self.value(item) for item in node.items]

    def _range(self, node: RangeOf) -> list[int]:
        first, last = self.value(node.first), self.value(node.last)
        if not isinstance(first, int) or not isinstance(last, int) or abs(last - first) > _LONGEST_RANGE:
            raise EvaluationError(f"[{java.written(first)}..{java.written(last)}] is no range")
        step = 1 if last >= first else -1
        return list(range(first, last + step, step))

    def _map(self, node: MapOf) -> dict[Any, Any]:
        keys = [self.value(key) for key, _ in node.entries]
        if not all(isinstance(key, Hashable) for key in keys):
            raise EvaluationError("a list or map cannot be a key")
        return {key: self.value(item) for key, (_, item) in zip(keys, node.entries, strict=True)}

    def _referred(self, node: Reference) -> Any:
        value = self._scope.get(node.name)
        if isinstance(value, _Deferred):
            value = self._captured(value.body)
        return self._followed(value, node.steps)

    def _unary(self, node: Unary) -> Any:
        value = self.value(node.operand)
        return not java.is_true(value) if node.operator == "!" else computed("-", 0, value)

    def _binary(self, node: Binary) -> Any:
        left = self.value(node.left)
        if node.operator == "&&":
            return java.is_true(left) and java.is_true(self.value(node.right))
        if node.operator == "||":
            return java.is_true(left) or java.is_true(self.value(node.right))
        return computed(node.operator, left, self.value(node.right))

    def _followed(self, value: Any, steps: Any) -> Any:
        for step in steps:
            if value is None:
                return None
            value = self._step(value, step)
        return value

    def _step(self, value: Any, step: Property | Call | Index) -> Any:
        if isinstance(step, Index):
            return _at(value, self.value(step.at))
        if isinstance(step, Call):
            arguments = [self.value(argument) for argument in step.arguments]
            if hasattr(value, "call"):
                return value.call(step.name, arguments)
            return java.called(value, step.name, arguments)
        if isinstance(value, dict):
            return value.get(step.name)
        return value.property(step.name) if hasattr(value, "property") else None

    def _captured(self, block: Block) -> str:
        """What a block writes, apart from the template's own text."""
        outside, self._out = self._out, []
        try:
            self._deeper(block)
        finally:
            inside, self._out = self._out, outside
        return "".join(inside)


def _items(value: Any) -> list[Any]:
    """What #foreach goes through: a list, or the values of a map."""
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def _position(index: int, length: int, parent: Any) -> dict[str, Any]:
    """$foreach"""
    return {
        "index": index,
        "count": index + 1,
        "hasNext": index + 1 < length,
        "first": index == 0,
        "last": index + 1 == length,
        "parent": parent,
    }


def _at(value: Any, index: Any) -> Any:
    if isinstance(value, dict):
        return value.get(index) if isinstance(index, Hashable) else None
    if isinstance(value, list) and isinstance(index, int) and -len(value) <= index < len(value):
        return value[index]
    return None


_WRITERS: dict[type, Callable[[Evaluation, Any], None]] = {
    Text: Evaluation._text,
    Reference: Evaluation._reference,
    Assignment: Evaluation._assign,
    Choice: Evaluation._choose,
    Loop: Evaluation._loop,
    Definition: Evaluation._define,
    Macro: Evaluation._declare,
    MacroCall: Evaluation._call_macro,
    Leave: Evaluation._leave,
}
_VALUES: dict[type, Callable[[Evaluation, Any], Any]] = {
    Literal: Evaluation._literal,
    Quoted: Evaluation._quoted,
    ListOf: Evaluation._list,
    RangeOf: Evaluation._range,
    MapOf: Evaluation._map,
    Reference: Evaluation._referred,
    Unary: Evaluation._unary,
    Binary: Evaluation._binary,
}
