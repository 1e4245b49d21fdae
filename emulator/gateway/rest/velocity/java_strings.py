"""The methods that a text has in a mapping template: those of java.lang.String."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_GROUP = re.compile(r"\\(.)|\$(\d)")


def _substring(text: str, first: int, last: int | None = None) -> str:
    end = len(text) if last is None else last
    if not 0 <= first <= end <= len(text):
        raise IndexError(f"{first} to {end} of {len(text)} characters")
    return text[first:end]


def _char_at(text: str, index: int) -> str:
    return _substring(text, index, index + 1)


def _replacement(java: str) -> str:
    """Java's `$1` and `\\$` as Python writes them."""
    escaped = java.replace("\\", "\\\\") if "\\" in java and not _GROUP.search(java) else java
    return _GROUP.sub(lambda match: f"\\g<{match.group(2)}>" if match.group(2) else match.group(1), escaped)


def _split(text: str, pattern: str, limit: int = 0) -> list[str]:
    """Empty texts at the end are left out, as Java does."""
    parts = re.split(pattern, text, maxsplit=max(limit - 1, 0))
    while limit == 0 and len(parts) > 1 and parts[-1] == "":
        parts.pop()
    return parts


STRING_METHODS: Mapping[str, Callable[..., Any]] = {
    "charAt": _char_at,
    "concat": lambda text, other: text + other,
    "contains": lambda text, other: other in text,
    "endsWith": lambda text, other: text.endswith(other),
    "equals": lambda text, other: isinstance(other, str) and text == other,
    "equalsIgnoreCase": lambda text, other: isinstance(other, str) and text.lower() == other.lower(),
    "indexOf": lambda text, other, start=0: text.find(other, start),
    "isBlank": lambda text: not text.strip(),
    "isEmpty": lambda text: not text,
    "lastIndexOf": lambda text, other: text.rfind(other),
    "length": len,
    "matches": lambda text, pattern: re.fullmatch(pattern, text) is not None,
    "replace": lambda text, old, new: text.replace(old, new),
    "replaceAll": lambda text, pattern, new: re.sub(pattern, _replacement(new), text),
    "replaceFirst": lambda text, pattern, new: re.sub(pattern, _replacement(new), text, count=1),
    "split": _split,
    "startsWith": lambda text, other: text.startswith(other),
    "substring": _substring,
    "toLowerCase": lambda text: text.lower(),
    "toString": lambda text: text,
    "toUpperCase": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
}
