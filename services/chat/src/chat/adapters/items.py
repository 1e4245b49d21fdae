"""Plain values to DynamoDB's typed attributes and back. Texts, whole numbers and truths; None is left out.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Item = dict[str, Any]
Plain = str | int | bool


def attribute(value: Plain) -> dict[str, Any]:
    """`"a"` -> `{"S": "a"}`, `1` -> `{"N": "1"}`, `True` -> `{"BOOL": True}`."""
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def to_item(values: Mapping[str, Plain | None]) -> Item:
    """An item without the attributes that are None."""
    return {name: attribute(value) for name, value in values.items() if value is not None}


def from_item(item: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A whole item as plain values."""
    return {name: _plain(one) for name, one in item.items()}


def _plain(one: Mapping[str, Any]) -> Plain:
    ((kind, value),) = one.items()
    return int(value) if kind == "N" else value
