"""Follows the systems' log files and prints what is added, each line with the system's name before it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import click

_POLL_S = 0.2


class LogTail:
    """A thread that reads on; shows only what is written after `start`."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._offsets: dict[str, int] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="log-tail", daemon=True)

    def start(self) -> None:
        """Follow from the present end of each file."""
        self._offsets = {name: path.stat().st_size for name, path in self._files.items() if path.exists()}
        self._thread.start()

    def __enter__(self) -> LogTail:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _follow(self) -> None:
        while not self._stopping.wait(_POLL_S):
            for name, path in self._files.items():
                for line in self._added(name, path):
                    click.echo(f"{name} | {line}")

    def _added(self, name: str, path: Path) -> list[str]:
        """Whole lines since the last look; a file that became shorter was rotated."""
        try:
            with path.open("rb") as file:
                offset = self._offsets.get(name, 0)
                file.seek(offset if offset <= path.stat().st_size else 0)
                whole, newline, _ = file.read().rpartition(b"\n")
                self._offsets[name] = file.tell() - len(_)
        except OSError:
            return []
        return whole.decode(errors="replace").splitlines() if newline else []
