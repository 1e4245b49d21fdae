"""Finds which resources an expression refers to, without resolving it. Only the chosen branch of Fn::If counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from emulator.template.text_functions import VARIABLE


def references(value: Any, conditions: Mapping[str, bool]) -> Iterator[tuple[str, str | None]]:
    """Pairs (name, attribute) for Ref (attribute None), Fn::GetAtt and Fn::Sub anywhere inside the value."""
    if isinstance(value, list):
        for item in value:
            yield from references(item, conditions)
    elif isinstance(value, dict):
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name in _FINDERS:
                yield from _FINDERS[name](argument, conditions)
                return
        for item in value.values():
            yield from references(item, conditions)


def _ref(argument: Any, conditions: Mapping[str, bool]) -> Iterator[tuple[str, str | None]]:
    del conditions
    if isinstance(argument, str):
        yield argument, None


def _get_att(argument: Any, conditions: Mapping[str, bool]) -> Iterator[tuple[str, str | None]]:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if isinstance(parts, list) and parts and isinstance(parts[0], str):
        yield parts[0], ".".join(part for part in parts[1:] if isinstance(part, str))
        yield from references(parts[1:], conditions)


def _if(argument: Any, conditions: Mapping[str, bool]) -> Iterator[tuple[str, str | None]]:
    if isinstance(argument, list) and len(argument) == 3 and isinstance(argument[0], str):
        yield from references(argument[1 if conditions.get(argument[0]) else 2], conditions)


def _sub(argument: Any, conditions: Mapping[str, bool]) -> Iterator[tuple[str, str | None]]:
    text, variables = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    own: Collection[str] = variables if isinstance(variables, dict) else ()
    if isinstance(text, str):
        for literal, raw in VARIABLE.findall(text):
            name, _, attribute = raw.strip().partition(".")
            if not literal and raw.strip() not in own:
                yield name, attribute or None
    yield from references(variables, conditions)


_FINDERS = {"Ref": _ref, "Fn::GetAtt": _get_att, "Fn::If": _if, "Fn::Sub": _sub}
