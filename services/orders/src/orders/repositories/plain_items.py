"""Plain values to DynamoDB's typed attributes and back. Integers only; None is left out.

An empty text is stored as NULL: DynamoDB takes empty strings since 2020, what imitates it does not always.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def to_item(values: Mapping[str, object]) -> dict[str, Any]:
    """`{"a": "x", "b": 1}` -> `{"a": {"S": "x"}, "b": {"N": "1"}}`, lists and maps recursively."""
    return {name: to_attribute(value) for name, value in values.items() if value is not None}


def from_item(item: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A whole item as plain values."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}


def to_attribute(value: object) -> dict[str, Any]:
    """One value. Raises TypeError for what has no attribute here, floats among them: money is never one."""
    if isinstance(value, str):
        return {"S": value} if value else {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, list | tuple):
        return {"L": [to_attribute(entry) for entry in value]}
    if isinstance(value, Mapping):
        return {"M": to_item(value)}
    raise TypeError(f"no DynamoDB attribute for {type(value).__name__}")


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """The plain value of `{"S": "x"}`."""
    ((kind, value),) = attribute.items()
    if kind == "N":
        return int(value)
    if kind == "L":
        return [from_attribute(entry) for entry in value]
    if kind == "SS":
        return sorted(value)
    if kind == "NULL":
        return ""
    return from_item(value) if kind == "M" else value
