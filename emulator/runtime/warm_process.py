"""Owns one warm template process: starts it, asks it to fork execution environments, learns when they end."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.errors import RuntimeSetupError

INSIDE = Path(__file__).parent / "inside"
START_TIMEOUT_S = 30.0
_MAX_MESSAGE = 256 * 1024


@dataclass(slots=True)
class EnvironmentProcess:
    """A forked environment. `ended_fd` reads end of file when it ended; then `status` is its wait status."""

    pid: int
    ended_fd: int
    ended_writer: int
    status: int | None = None


class WarmProcess:
    """One interpreter with the packages on `paths` preloaded. `start()` before `fork()`, `stop()` at the end."""

    def __init__(self, interpreter: Path, paths: tuple[Path, ...], *, scratch: Path | None) -> None:
        self._interpreter, self._paths, self._scratch = interpreter, paths, scratch
        self._lock = threading.Lock()
        self._replies: queue.SimpleQueue[dict[str, Any] | EnvironmentProcess | None] = queue.SimpleQueue()
        self.isolated = False

    def start(self) -> None:
        """Start and wait until it is preloaded; raises RuntimeSetupError with what it printed."""
        ours, theirs = socket.socketpair(
            socket.AF_UNIX, socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_DGRAM
        )
        self._control = ours
        command = [str(self._interpreter), "-I", "-S", str(INSIDE / "warm_process.py"), str(self._scratch or "")]
        command += [str(path) for path in self._paths]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), start_new_session=True,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "CONTROL_FD": str(theirs.fileno())},
        )  # fmt: skip
        theirs.close()
        threading.Thread(target=self._listen, name="warm-process", daemon=True).start()
        ready = self._reply()
        if not isinstance(ready, dict):
            raise RuntimeSetupError(
                "The warm Python process did not start",
                where=str(self._interpreter),
                found=f"exit status {self._process.poll()}",
                fix="Its own message is above; `terrarium doctor` checks the interpreter.",
            )
        self.isolated = bool(ready["isolated"])

    def fork(self, spec: Mapping[str, Any], log_fd: int, calls_fd: int) -> EnvironmentProcess:
        """A new environment process running `spec` (see inside/environment.py)."""
        with self._lock:
            try:
                socket.send_fds(self._control, [json.dumps({"spec": spec}).encode()], [log_fd, calls_fd])
                reply = self._reply()
            except OSError:
                reply = None
        if not isinstance(reply, EnvironmentProcess):
            raise RuntimeSetupError("The warm Python process is gone", found=f"exit status {self._process.poll()}")
        return reply

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """Ends the process and every environment it forked."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._control.close()

    def _reply(self) -> dict[str, Any] | EnvironmentProcess | None:
        try:
            return self._replies.get(timeout=START_TIMEOUT_S)
        except queue.Empty:
            return None

    def _listen(self) -> None:
        """The only thread that touches `running`: messages come in order, so a start is known before its end."""
        running: dict[int, EnvironmentProcess] = {}
        with contextlib.suppress(OSError):
            while message := self._control.recv(_MAX_MESSAGE):
                told = json.loads(message)
                if "exited" in told:
                    _end(running.pop(told["exited"]), told["status"])
                elif "pid" in told:
                    running[told["pid"]] = EnvironmentProcess(told["pid"], *os.pipe())
                    self._replies.put(running[told["pid"]])
                else:
                    self._replies.put(told)
        for process in running.values():
            _end(process, signal.SIGKILL)
        self._replies.put(None)


def _end(process: EnvironmentProcess, status: int) -> None:
    process.status = status
    os.close(process.ended_writer)
