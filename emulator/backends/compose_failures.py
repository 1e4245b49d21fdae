"""Turns what Docker Compose printed when it failed into an error that says what to do."""

from __future__ import annotations

import re
from pathlib import Path

from emulator.errors import BackendError, BackendMissingError, BackendUnavailableError, PortInUseError, TerrariumError

_PORT_TAKEN = re.compile(r"(?:127\.0\.0\.1:(\d+)[^\n]*)?(?:port is already allocated|address already in use)")
_NO_IMAGE = re.compile(
    r"^.*(?:pull access denied|manifest unknown|manifest for \S+ not found|failed to resolve|Get \"?https?://\S*/v2/).*$",
    re.MULTILINE,
)


def explained(printed: str, file: Path) -> TerrariumError:
    """The error for this output of Docker Compose."""
    words = printed.strip()
    taken = _PORT_TAKEN.search(words)
    if taken:
        return PortInUseError(
            f"Docker cannot publish port {taken.group(1) or 'of a service'}",
            where=str(file),
            found="another program listens there",
            fix="Stop it (`terrarium doctor` names it), or set TERRARIUM_BACKEND_PORT.",
        )
    unreachable = _NO_IMAGE.search(words)
    if unreachable:
        return _no_image(unreachable.group().strip()[-400:], file)
    return BackendUnavailableError("Docker Compose failed", where=str(file), found=_last(words), fix="Is Docker well?")


def _no_image(line: str, file: Path) -> BackendError:
    return BackendMissingError(
        "An image cannot be had",
        where=str(file),
        found=line,
        fix='Without a container registry: "Without a container registry" in emulator/deploy/README.md.',
    )


def _last(words: str) -> str:
    lines = [line for line in words.splitlines() if line.strip()]
    return lines[-1].strip()[-400:] if lines else "nothing printed"
