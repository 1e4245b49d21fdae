"""One launcher for each combination of interpreter and packages that a stack's functions need, made ahead of time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from emulator.errors import TerrariumError
from emulator.runtime import interpreter
from emulator.runtime.launcher import Launcher, Program
from emulator.runtime.packages import Packages

_Key = tuple[Path, Path, int | None]


class Launchers:
    """Thread-safe. `state`: folder for caches; `report` is told when another Python than the one asked for is used."""

    def __init__(self, state: Path, report: Callable[[str], None]) -> None:
        self._scratch, self._report = state / "root", report
        self._packages = Packages(state / "cache")
        self._lock = threading.Lock()
        self._launchers: dict[_Key, Launcher] = {}
        self._said: set[str] = set()

    def prepare(self, programs: Iterable[tuple[str, Path]]) -> None:
        """Install and preload for (runtime, code folder) pairs in the background, while resources are created."""
        threading.Thread(target=self._prepare, args=(tuple(programs),), name="prepare", daemon=True).start()

    def get(self, runtime: str, code: Path, debug_port: int | None = None) -> Launcher:
        """The launcher for this program; raises RuntimeSetupError."""
        with self._lock:
            python = interpreter.find(runtime)
            if not python.exact and runtime not in self._said:
                self._said.add(runtime)
                self._report(f"the template asks for {runtime}; its functions run on Python {python.version}")
            dependencies = self._packages.of(code, python)
            key = (python.executable, dependencies or Path(), debug_port)
            if key not in self._launchers:
                program = Program(
                    python.executable, self._packages.image(python), dependencies, self._scratch, debug_port
                )
                self._launchers[key] = Launcher(program)
            return self._launchers[key]

    def stop(self) -> None:
        """End every warm process and all that they forked."""
        with self._lock:
            for launcher in self._launchers.values():
                launcher.stop()

    def _prepare(self, programs: tuple[tuple[str, Path], ...]) -> None:
        for runtime, code in programs:
            try:
                self.get(runtime, code).start()
            except TerrariumError:
                return  # raised again, to somebody who listens, when the function is started
