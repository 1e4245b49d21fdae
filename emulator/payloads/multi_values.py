"""Headers and query strings as payload format 1.0 shows them: of repeated names the last value, and all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.payloads.request_target import query_pairs


def multi_value_parts(headers: Sequence[tuple[str, str]], query: str) -> dict[str, Any]:
    """The four parts of the event; those of an empty query are null."""
    pairs = query_pairs(query)
    return {
        "headers": dict(headers),
        "multiValueHeaders": _listed(headers),
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": _listed(pairs) or None,
    }


def _listed(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    listed: dict[str, list[str]] = {}
    for name, value in pairs:
        listed.setdefault(name, []).append(value)
    return listed
