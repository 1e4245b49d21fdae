"""What a run in the foreground shows: what functions log, and what the systems' own processes say."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import click

from emulator.cli.logs import TELEMETRY, show
from emulator.telemetry import follow_lines

_POLL_S = 0.2


class LogTail:
    """Two threads that print what is written after `start`."""

    def __init__(self, state: Path, files: Mapping[str, Path]) -> None:
        self._telemetry, self._files = state / TELEMETRY, files
        self._offsets: dict[str, int] = {}
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._follow_functions, name="function-logs", daemon=True),
            threading.Thread(target=self._follow_processes, name="process-logs", daemon=True),
        ]

    def start(self) -> None:
        """Follow from the present end."""
        self._offsets = {name: path.stat().st_size for name, path in self._files.items() if path.exists()}
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> LogTail:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _follow_functions(self) -> None:
        for line in follow_lines(self._telemetry, last=0, wait=lambda seconds: not self._stopping.wait(seconds)):
            show(line)

    def _follow_processes(self) -> None:
        while not self._stopping.wait(_POLL_S):
            for name, path in self._files.items():
                for line in self._added(name, path):
                    click.echo(f"{name} | {line}")

    def _added(self, name: str, path: Path) -> list[str]:
        """Whole lines since the last look, without the progress the supervisor reads. A shorter file was rotated."""
        try:
            with path.open("rb") as file:
                offset = self._offsets.get(name, 0)
                start = offset if offset <= path.stat().st_size else 0
                file.seek(start)
                whole, newline, _ = file.read().rpartition(b"\n")
        except OSError:
            return []
        self._offsets[name] = start + len(whole) + len(newline)
        lines = whole.decode(errors="replace").splitlines()
        return [line for line in lines if not line.startswith('{"progress"')]
