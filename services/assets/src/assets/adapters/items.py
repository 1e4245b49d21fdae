"""Plain values to DynamoDB's typed attributes and back. Strings and integers only; None is left out.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Item = dict[str, Any]


def attribute(value: str | int) -> dict[str, str]:
    """`"a"` -> `{"S": "a"}`, `1` -> `{"N": "1"}`."""
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def to_item(values: Mapping[str, str | int | None]) -> Item:
    """An item without the attributes that are None."""
    return {name: attribute(value) for name, value in values.items() if value is not None}


def from_item(item: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """A whole item as plain values."""
    return {name: int(one["N"]) if "N" in one else one["S"] for name, one in item.items()}
