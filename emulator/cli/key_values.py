"""KEY=VALUE arguments of the command line."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.errors import UsageError


def pairs(texts: Iterable[str], example: str = "--parameter Stage=dev") -> dict[str, str]:
    """{"Stage": "dev"} from ["Stage=dev"]; raises UsageError for one without a name or a value."""
    return dict(_pair(text, example) for text in texts)


def _pair(text: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        what = example.split()[0].removeprefix("--")
        raise UsageError(f"Each {what} needs a name and a value", found=repr(text), fix=f"Write {example}.")
    return name, value
