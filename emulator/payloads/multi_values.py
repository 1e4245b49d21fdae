"""Repeated names of headers and query strings as payload format 1.0 shows them: the last value, and all of them."""

from __future__ import annotations

from collections.abc import Iterable


def last_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return dict(pairs)


def listed_values(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    listed: dict[str, list[str]] = {}
    for name, value in pairs:
        listed.setdefault(name, []).append(value)
    return listed
