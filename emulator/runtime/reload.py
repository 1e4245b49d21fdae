"""Watches folders of code and tells when a file changed, so that the next invocation runs the new code."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from watchfiles import PythonFilter, watch

DEBOUNCE_MS = 60
STEP_MS = 20


class CodeFilter(PythonFilter):
    """Every file that ships, but nothing an editor or Python itself leaves behind."""

    def __call__(self, change: object, path: str) -> bool:  # noqa: ARG002  (the shape watchfiles calls)
        name = Path(path).name
        return "__pycache__" not in path and not name.endswith((".pyc", "~", ".swp")) and not name.startswith(".#")


class CodeWatcher:
    """Calls `changed(folder)` from a thread of its own after each save below one of `folders`."""

    def __init__(self, folders: frozenset[Path], changed: Callable[[Path], None]) -> None:
        self._folders, self._changed = folders, changed
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="reload", daemon=True)

    def start(self) -> None:
        if self._folders:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _watch(self) -> None:
        changes = watch(
            *self._folders, watch_filter=CodeFilter(), debounce=DEBOUNCE_MS, step=STEP_MS, stop_event=self._stop,
            rust_timeout=500, yield_on_timeout=False, raise_interrupt=False,
        )  # fmt: skip
        for batch in changes:
            paths = [Path(path) for _, path in batch]
            for folder in self._folders:
                if any(path.is_relative_to(folder) for path in paths):
                    self._changed(folder)
