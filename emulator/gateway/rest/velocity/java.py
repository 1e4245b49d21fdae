"""Values as Java has them in a mapping template: how they are written, compared, and which methods they have."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from emulator.gateway.rest.velocity.java_strings import STRING_METHODS


class EvaluationError(Exception):
    """A template asks for what cannot be done; the text says what."""


class JsonArray(list[Any]):
    """A list that was read from JSON: written as JSON, where a list of the template is written `[a, b]`."""


def from_json(value: Any) -> Any:
    """A parsed JSON document with lists as JSON's own."""
    if isinstance(value, dict):
        return {key: from_json(item) for key, item in value.items()}
    return JsonArray(from_json(item) for item in value) if isinstance(value, list) else value


def to_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def written(value: Any) -> str:
    """What toString() gives; null inside of a list or map is `null`."""
    if value is None or isinstance(value, bool | JsonArray):
        return to_json(value)
    if isinstance(value, list):
        return f"[{', '.join(written(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{written(key)}={written(item)}' for key, item in value.items())}}}"
    return str(value)


def is_true(value: Any) -> bool:
    """Everything but false and null, an empty text too."""
    return value is not None and value is not False


def are_equal(left: Any, right: Any) -> bool:
    """Numbers by value; values of different types as they are written; null equals null only."""
    if left is None or right is None:
        return left is right
    if _is_number(left) and _is_number(right):
        return bool(left == right)
    return (type(left) is type(right) and left == right) or written(left) == written(right)


def called(value: Any, name: str, arguments: list[Any]) -> Any:
    """What a method of a text, list, map, number or truth value gives; raises EvaluationError."""
    method = _methods(value).get(name)
    if method is None:
        raise EvaluationError(f"{type(value).__name__} has no method {name}()")
    try:
        return method(value, *arguments)
    except (TypeError, ValueError, IndexError, re.error) as error:
        raise EvaluationError(f"{name}(): {error}") from error


def _methods(value: Any) -> Mapping[str, Callable[..., Any]]:
    if isinstance(value, str):
        return STRING_METHODS
    if isinstance(value, list):
        return _LIST
    if isinstance(value, dict):
        return _MAP
    return _SCALAR if _is_number(value) or isinstance(value, bool) else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _add(items: list[Any], *arguments: Any) -> bool | None:
    """add(item) or add(index, item)"""
    if len(arguments) == 2:
        items.insert(*arguments)
        return None
    items.append(*arguments)
    return True


def _replace(items: list[Any], index: int, item: Any) -> Any:
    before, items[index] = items[index], item
    return before


def _take_out(items: list[Any], which: Any) -> Any:
    """remove(index) or remove(item)"""
    if _is_number(which):
        return items.pop(which)
    there = which in items
    if there:
        items.remove(which)
    return there


def _get(items: list[Any], index: int) -> Any:
    if not 0 <= index < len(items):
        raise IndexError(f"index {index} of {len(items)}")
    return items[index]


def _put(entries: dict[Any, Any], key: Any, item: Any) -> Any:
    before = entries.get(key)
    entries[key] = item
    return before


def _entries(entries: dict[Any, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": item} for key, item in entries.items()]


_LIST: Mapping[str, Callable[..., Any]] = {
    "add": _add,
    "addAll": lambda items, more: items.extend(more) or True,
    "clear": lambda items: items.clear(),
    "contains": lambda items, item: item in items,
    "containsAll": lambda items, others: all(each in items for each in others),
    "equals": are_equal,
    "get": _get,
    "indexOf": lambda items, item: items.index(item) if item in items else -1,
    "isEmpty": lambda items: not items,
    "remove": _take_out,
    "set": _replace,
    "size": len,
    "subList": lambda items, first, last: items[first:last],
    "toString": written,
}
_MAP: Mapping[str, Callable[..., Any]] = {
    "clear": lambda entries: entries.clear(),
    "containsKey": lambda entries, key: key in entries,
    "containsValue": lambda entries, item: item in entries.values(),
    "entrySet": _entries,
    "equals": are_equal,
    "get": lambda entries, key: entries.get(key),
    "getKey": lambda entry: entry.get("key"),
    "getOrDefault": lambda entries, key, default: entries.get(key, default),
    "getValue": lambda entry: entry.get("value"),
    "isEmpty": lambda entries: not entries,
    "keySet": list,
    "put": _put,
    "putAll": lambda entries, more: entries.update(more),
    "putIfAbsent": lambda entries, key, item: entries.setdefault(key, item),
    "remove": lambda entries, key: entries.pop(key, None),
    "size": len,
    "toString": written,
    "values": lambda entries: list(entries.values()),
}
_SCALAR: Mapping[str, Callable[..., Any]] = {
    "compareTo": lambda left, right: (left > right) - (left < right),
    "doubleValue": float,
    "equals": are_equal,
    "intValue": int,
    "longValue": int,
    "toString": written,
}
