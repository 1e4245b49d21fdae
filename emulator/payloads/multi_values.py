"""Headers and query strings as payload format 1.0 shows them: of repeated names the last value, and all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def multi_value_parts(headers: Sequence[tuple[str, str]], query: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The four parts of the event from pairs of name and value; those of an empty query are null."""
    return {
        "headers": dict(headers),
        "multiValueHeaders": _listed(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _listed(query) or None,
    }


def _listed(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    listed: dict[str, list[str]] = {}
    for name, value in pairs:
        listed.setdefault(name, []).append(value)
    return listed
