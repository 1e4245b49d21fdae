"""The parent's side of the embedded backend: starts, watches and stops the child process."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from emulator.backends.embedded.invocation import command, environment
from emulator.backends.embedded.layout import Layout
from emulator.backends.reachability import answers, port_holder, port_is_free, wait_until
from emulator.errors import BackendMissingError, BackendUnavailableError, DiskFullError, PortInUseError
from emulator.model import Endpoints

MINISTACK_VERSION = "1.5.33"
"""The only release the journal's hooks are tested with."""

_NEEDS = ("cryptography", "samtranslator")
_START_TIMEOUT_S = 120.0
_STOP_TIMEOUT_S = 60.0


class EmbeddedBackend:
    """MiniStack on 127.0.0.1:`port`. Its data survives stop and kill -9; it ends with its parent."""

    kind = "embedded"
    keeps_data = True

    def __init__(self, root: Path, port: int, region: str, report: Callable[[str], None]) -> None:
        self._layout, self._port, self._region, self._report = Layout(root.resolve()), port, region, report
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def endpoints(self) -> Endpoints:
        return Endpoints(default=f"http://127.0.0.1:{self._port}")

    def start(self) -> None:
        """Start and wait until it answers. Does nothing when it runs already.

        Raises BackendMissingError, PortInUseError, DiskFullError, or BackendUnavailableError with its last words.
        """
        if self._child is not None and wait_until(self._settled, timeout_s=_START_TIMEOUT_S) and self.healthy():
            return
        self.stop()
        _check_packages()
        self._check_port()
        self._child = self._spawn()
        if not wait_until(self._settled, timeout_s=_START_TIMEOUT_S) or not self.healthy():
            self._fail_to_start()

    def healthy(self) -> bool:
        return (
            self._child is not None
            and self._child.poll() is None
            and answers(f"http://127.0.0.1:{self._port}", "/_ministack/health")
        )

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """SIGTERM, then wait until it has saved everything."""
        if self._child is None:
            return
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                # Nothing is lost: what it did not save is in the journal.
                self._child.kill()
                self._child.wait()
        self._child = None

    def wipe(self) -> None:
        shutil.rmtree(self._layout.root, ignore_errors=True)

    def process_ids(self) -> tuple[int, ...]:
        if self._child is None or self._child.poll() is not None:
            return ()
        return (self._child.pid,)

    def _check_port(self) -> None:
        if not port_is_free(self._port):
            raise PortInUseError(
                f"Port {self._port} of the embedded backend is taken",
                where=f"127.0.0.1:{self._port}",
                found=port_holder(self._port),
                fix="Stop that program, or set TERRARIUM_BACKEND_PORT to a free port.",
            )

    def _spawn(self) -> subprocess.Popen[bytes]:
        try:
            self._layout.make()
            with self._layout.log.open("wb") as log:
                # Its own session: Ctrl-C in the terminal reaches us only, and we stop it in order.
                return subprocess.Popen(
                    command(self._layout, self._port, os.getpid()),
                    env=environment(self._layout, self._port, self._region),
                    cwd=self._layout.root,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as problem:
            raise DiskFullError(
                "The embedded backend's folder cannot be written",
                where=str(self._layout.root),
                found=str(problem),
                fix="Free space or make the folder writable.",
            ) from problem

    def _settled(self) -> bool:
        return self._child is None or self._child.poll() is not None or self.healthy()

    def _fail_to_start(self) -> None:
        words = self._last_words()
        self.stop()
        raise BackendUnavailableError(
            "The embedded backend did not start",
            where=f"127.0.0.1:{self._port}",
            found=words or "no message",
            fix=f"See {self._layout.log}.",
        )

    def _last_words(self) -> str:
        try:
            lines = self._layout.log.read_text(errors="replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1].strip() if lines else ""


def _check_packages() -> None:
    """Without cryptography MiniStack's JWKS keys are broken, without the SAM translator its SAM is, both silently."""
    missing = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    try:
        found = version("ministack")
    except PackageNotFoundError:
        found = "none"
    if missing or found != MINISTACK_VERSION:
        raise BackendMissingError(
            "The embedded backend's packages are not installed",
            found=f"missing {', '.join(missing)}" if missing else f"ministack {found}, not {MINISTACK_VERSION}",
            fix="Run `make install` (or install requirements/main.txt).",
        )
