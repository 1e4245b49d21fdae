"""Snapshots of everything MiniStack holds, each in a folder of its own, made current in one step.

Snapshot n is the state before journal segment n. `CURRENT` names the last whole one; what is newer and was not
made current is a leftover of a crash. MiniStack itself reads and writes the files.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from emulator.backends.embedded.layout import Layout


class SnapshotFailedError(Exception):
    """A service's state could not be written; the journal must be kept."""


class Snapshots:
    """The snapshots of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def current(self) -> int:
        """Number of the last whole snapshot, 0 before the first."""
        try:
            return int((self._layout.snapshots / "CURRENT").read_text())
        except (OSError, ValueError):
            return 0

    def lay_out(self) -> None:
        """Put the current snapshot where MiniStack looks for it, and nothing else."""
        for stale in self._layout.ministack.glob("*.json"):
            stale.unlink()
        for file in self._folder(self.current()).glob("*.json"):
            _take_over(file, self._layout.ministack / file.name)

    def write(self, number: int, save: Callable[[Path], None]) -> None:
        """Let `save` fill the folder of snapshot `number`; raises SnapshotFailedError when a service failed.

        Files of the current snapshot are taken over first: MiniStack writes only services that it has loaded.
        """
        folder = self._folder(number)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in self._folder(self.current()).glob("*.json"):
            _take_over(file, folder / file.name)
        listener = _Complaints()
        logger = logging.getLogger("persistence")
        logger.addHandler(listener)
        try:
            save(folder)
        finally:
            logger.removeHandler(listener)
        if listener.messages:
            raise SnapshotFailedError("; ".join(listener.messages))

    def make_current(self, number: int) -> None:
        """From here on a start loads this snapshot; older ones and the journal before it are deleted."""
        draft = self._layout.snapshots / "CURRENT.new"
        draft.write_text(str(number))
        draft.replace(self._layout.snapshots / "CURRENT")
        self.prune()

    def prune(self) -> None:
        """Delete every snapshot but the current one, and the segments before it."""
        current = self.current()
        for folder in self._layout.snapshots.iterdir():
            if folder.is_dir() and folder.name != str(current):
                shutil.rmtree(folder, ignore_errors=True)
        for number, path in self.segments():
            if number < current:
                path.unlink()

    def segments(self) -> list[tuple[int, Path]]:
        """Journal files by number."""
        files = [path for path in self._layout.journal.glob("*.log") if path.stem.isdigit()]
        return sorted((int(path.stem), path) for path in files)

    def segment_path(self, number: int) -> Path:
        return self._layout.journal / f"{number}.log"

    def bytes_of_current(self) -> int:
        return sum(file.stat().st_size for file in self._folder(self.current()).glob("*.json"))

    def _folder(self, number: int) -> Path:
        return self._layout.snapshots / str(number)


def _take_over(file: Path, target: Path) -> None:
    """Neither we nor MiniStack ever write into a file in place, so one copy on the disk serves both names."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


class _Complaints(logging.Handler):
    """MiniStack logs what it could not save and goes on."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def saver(ministack_app: Any, persistence: Any, extra: Callable[[], dict[str, Any]]) -> Callable[[Path], None]:
    """A `save` for `Snapshots.write`: MiniStack's own, plus `extra` state that MiniStack does not keep."""

    def save(folder: Path) -> None:
        kept, persistence.STATE_DIR = persistence.STATE_DIR, str(folder)
        try:
            persistence.save_all(ministack_app._build_persistence_save_dict())
            for name, state in extra().items():
                persistence.save_state(name, state)
        finally:
            persistence.STATE_DIR = kept

    return save
