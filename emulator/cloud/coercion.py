"""Fits values of a template to the types of the API: CloudFormation takes "5" for 5 and "true" for true."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def coerce(value: Any, shape: Any) -> Any:
    """`value` as the API's shape (a botocore model) wants it. A member the shape lacks stays, and is refused later.

    Raises ValueError for a number that is none.
    """
    if shape.type_name == "structure" and isinstance(value, Mapping):
        members = shape.members
        return {name: coerce(one, members[name]) if name in members else one for name, one in value.items()}
    if shape.type_name == "list" and isinstance(value, (list, tuple)):
        return [coerce(one, shape.member) for one in value]
    if shape.type_name == "map" and isinstance(value, Mapping):
        return {str(name): coerce(one, shape.value) for name, one in value.items()}
    return _scalar(value, shape.type_name)


def text(value: Any) -> str:
    """A template's value as a string of the API: documents as JSON, true as "true"."""
    if isinstance(value, (Mapping, list)):
        return json.dumps(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _scalar(value: Any, kind: str) -> Any:
    if kind in ("integer", "long"):
        return int(value)
    if kind in ("float", "double"):
        return float(value)
    if kind == "boolean":
        return value if isinstance(value, bool) else _boolean(value)
    return text(value) if kind == "string" else value


def _boolean(value: Any) -> bool:
    if str(value).lower() not in ("true", "false"):
        raise ValueError(f"{value!r} is neither true nor false")
    return str(value).lower() == "true"
