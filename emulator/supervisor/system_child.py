"""One system's process as its supervisor holds it: start, let go, ask, stop. The process runs `system_process`.

It is started before the backend is there, so that it can import meanwhile; `go` tells it that the backend answers.
Its standard input is its life line: when the supervisor is gone, it ends.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from emulator.errors import DiskFullError
from emulator.supervisor import health, machine
from emulator.supervisor.process_identity import ProcessId, identify
from emulator.system_spec import SystemSpec

SYSTEM_COMMAND = (sys.executable, "-P", "-m", "emulator.supervisor.system_process")
STOP_S = 10.0
"""So long a process may take to finish what it is doing before it is killed."""
MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""What glibc gives back to the system: with dozens of threads that mostly wait, its own rules keep 3 to 7 MB for each
system. A person's own settings win. https://man7.org/linux/man-pages/man3/mallopt.3.html"""
_TAIL_BYTES = 65_536
_ROTATE_BYTES = 8_000_000


class SystemChild:
    """Holds at most one process; `start` after an exit starts the next."""

    def __init__(self, spec: SystemSpec, command: Sequence[str] = SYSTEM_COMMAND) -> None:
        self.spec = spec
        self.log = spec.state / "logs" / f"{spec.name}.log"
        self._command = (*command, str(self._write_spec()))
        self._process: subprocess.Popen[bytes] | None = None
        self._log_offset = 0

    def start(self) -> None:
        """Start the process; must be called by a thread that outlives it (the kernel ends it with that thread)."""
        _rotate(self.log)
        with self.log.open("ab") as log:
            self._log_offset = log.tell()
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops all in order
                env={**MEMORY, **os.environ, "PYTHONUNBUFFERED": "1", "TERRARIUM_STATE": str(self.spec.state)},
            )

    def go(self) -> None:
        """The backend answers: provision and serve."""
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.write(b"go\n")
                self._process.stdin.flush()

    @property
    def process_id(self) -> ProcessId | None:
        """Which process it is, None when it is not running."""
        return None if self._process is None else identify(self._process.pid)

    def exit_code(self) -> int | None:
        """None while it runs."""
        return -1 if self._process is None else self._process.poll()

    def status(self) -> dict[str, Any] | None:
        """Its own account of itself, None while it does not serve, even if something else serves on its port."""
        answer = health.status(self.spec.port)
        ours = answer is not None and self._process is not None and answer.get("process") == self._process.pid
        return answer if ours else None

    def last_words(self) -> str:
        """Why it ended: the error it printed, else its exit code and where the log is."""
        error = self._last_line_with("error") or self._why_it_could_not_write()
        if error:
            return error
        code = self.exit_code()
        how = f"was killed by signal {-code}" if code is not None and code < 0 else f"exited with code {code}"
        return f"System {self.spec.name} ({self.spec.template}) {how}. Its log says more: {self.log}"

    def doing(self) -> str:
        """What it says that it is doing while it starts."""
        return self._last_line_with("progress")

    def ask_to_stop(self) -> None:
        """SIGTERM; returns at once."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self, deadline_s: float) -> None:
        """SIGTERM, wait, SIGKILL when it does not listen; then whatever it left in its process group."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(deadline_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            with suppress(BrokenPipeError):
                process.stdin.close()
        # The session's id is the process's: execution environments that outlived it are still in that group.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)

    def _write_spec(self) -> Path:
        path = _spec_file(self.spec.state, self.spec.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.spec.to_json())
        return path

    def _why_it_could_not_write(self) -> str:
        """What is wrong with the disk, empty when it is well: no process can log that there is no room for its log."""
        try:
            machine.check_writable(self.spec.state)
        except DiskFullError as error:
            return error.sentence()
        return ""

    def _last_line_with(self, key: str) -> str:
        with self.log.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(self._log_offset, size - _TAIL_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
        for line in reversed(lines):
            if line.startswith("{") and f'"{key}"' in line:
                with suppress(ValueError, TypeError):
                    return str(json.loads(line).get(key, ""))
        return ""


def spec_of(state: Path, name: str) -> SystemSpec | None:
    """What a system of the present run was started with, None when there is no such file."""
    try:
        return SystemSpec.from_json(_spec_file(state, name).read_text())
    except (OSError, ValueError, KeyError):
        return None


def _spec_file(state: Path, name: str) -> Path:
    return state / "run" / f"{name}.json"


def _rotate(log: Path) -> None:
    """Keep one older log, so that logs never fill the disk."""
    if log.exists() and log.stat().st_size > _ROTATE_BYTES:
        log.replace(log.with_suffix(".log.1"))
