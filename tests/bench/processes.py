"""Child processes of a benchmark: started in a group of their own, waited for, ended as a whole group."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.bench.contender import UnavailableError
from tests.bench.http_wire import Target

STOP_TIMEOUT_S = 10.0


class Process:
    """One command with its output in a file; `stop` ends it and all its children."""

    def __init__(self, command: Sequence[str], *, cwd: Path, log: Path, env: Mapping[str, str] | None = None) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        with log.open("wb") as output:
            self._child = subprocess.Popen(
                command,
                cwd=cwd,
                env=None if env is None else dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._child.pid

    def running(self) -> bool:
        return self._child.poll() is None

    def tail(self) -> str:
        """The last line it wrote that says anything."""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1].strip() if lines else "no output"

    def stop(self) -> None:
        """SIGTERM to the group, SIGKILL to what is left after ten seconds."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.pid, number)
                self._child.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                break
        self._child.poll()


def wait_until(condition: Callable[[], bool], *, timeout_s: float) -> bool:
    """True as soon as the condition holds, False after the time limit."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def listens(port: int) -> bool:
    """True when something accepts connections on the loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_for_answer(process: Process, target: Target, *, body: bytes, timeout_s: float) -> None:
    """Wait until the server answers with `body` somewhere in its answer; UnavailableError with its last words."""
    wait_until(lambda: not process.running() or body in ask(target), timeout_s=timeout_s)
    answer = ask(target)
    if body not in answer:
        found = answer[:120].decode(errors="replace") or process.tail()
        raise UnavailableError(f"did not answer as expected within {timeout_s:.0f} s: {found}")


def ask(target: Target) -> bytes:
    """The body of one answer, empty when nobody answers."""
    head, _, body = target.request.partition(b"\r\n\r\n")
    line, *fields = head.decode().split("\r\n")
    method, path, _ = line.split(" ", 2)
    headers = dict(field.split(": ", 1) for field in fields)
    connection = http.client.HTTPConnection(target.host, target.port, timeout=10)
    try:
        connection.request(method, path, body=body or None, headers=headers)
        return connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return b""
    finally:
        connection.close()


def head_of(target: Target) -> bytes:
    """The first bytes of one answer as they came, status line first; empty when nobody answers."""
    try:
        with socket.create_connection((target.host, target.port), timeout=10) as connection:
            connection.sendall(target.request)
            return connection.recv(65_536)
    except OSError:
        return b""


def run(command: Sequence[str], *, cwd: Path, timeout_s: float, env: Mapping[str, str] | None = None) -> str:
    """Output of a command that must succeed; UnavailableError with its last line when it is missing or fails."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except FileNotFoundError:
        raise UnavailableError(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"{command[0]} took longer than {timeout_s:.0f} s") from None
    if done.returncode:
        raise UnavailableError(f"{Path(command[0]).name} failed: {_complaint(done.stderr + done.stdout)}")
    return done.stdout


def _complaint(output: str) -> str:
    """The line that says what went wrong: the last one that begins with "error", else the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["no output"]
    return next((line for line in reversed(lines) if line.lower().startswith("error")), lines[-1])
