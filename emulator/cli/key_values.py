"""KEY=VALUE arguments of the command line."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.errors import UsageError


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """{"Stage": "dev"} from ["Stage=dev"]; raises UsageError for one without a name or a value."""
    return dict(map(_pair, texts))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError("A parameter needs a name and a value", found=repr(text), fix="Write --parameter Stage=dev.")
    return name, value
