"""Keeps one thing running: notices that it ended, waits out the back-off, starts it again, says so in the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emulator.backends import Backend
from emulator.errors import TerrariumError
from emulator.model import Clock
from emulator.supervisor.backoff import Backoff
from emulator.supervisor.process_identity import ProcessId, identify_all
from emulator.supervisor.system_child import STOP_S, SystemChild

Log = Callable[[str], None]
CHECK_BACKEND_EVERY_S = 2.0
UNHEALTHY_FOR_S = 30.0
"""A backend that lives but does not answer may only be busy: it is replaced after so long."""


class SystemKeeper:
    """Restarts a system's process. `problem` is empty while it serves."""

    def __init__(self, child: SystemChild, clock: Clock, log: Log) -> None:
        self.child, self.problem = child, ""
        self._clock, self._log = clock, log
        self._backoff = Backoff()
        self._start_at: float | None = None

    def tick(self) -> bool:
        """Do what is due; True when the process or `problem` changed."""
        if self._start_at is not None:
            return self._start_when_due(self._start_at)
        if self.child.exit_code() is not None:
            return self._crashed()
        if self.problem and self.child.status() is not None:
            self.problem = ""
            self._log(f"{self.child.spec.name} serves again")
            return True
        return False

    def renew(self, reason: str) -> None:
        """Start the process afresh, so that it provisions its resources again."""
        self._log(f"Starting {self.child.spec.name} again: {reason}")
        self.problem = reason
        self.child.stop(STOP_S)
        self._start_at = self._clock.monotonic()

    def _crashed(self) -> bool:
        self._backoff = self._backoff.after_crash(self._clock.monotonic())
        self.problem = self.child.last_words()
        self.child.stop(0.0)
        self._start_at = self._clock.monotonic() + self._backoff.delay_s
        self._log(f"{self.problem} Starting {self.child.spec.name} again in {self._backoff.delay_s:.1f} s")
        return True

    def _start_when_due(self, start_at: float) -> bool:
        if self._clock.monotonic() < start_at:
            return False
        self._start_at = None
        try:
            self.child.start()
        except OSError as error:  # a full disk, no more processes: the next turn tries again
            self.problem = f"{self.child.spec.name} could not be started: {error}"
            self._backoff = self._backoff.after_crash(self._clock.monotonic())
            self._start_at = self._clock.monotonic() + self._backoff.delay_s
            self._log(self.problem)
            return True
        self.child.go()
        return True


class BackendKeeper:
    """Restarts the backend when one of its processes (as they were when it had started) is gone, or when it has not
    answered for half a minute."""

    def __init__(self, backend: Backend, processes: Sequence[ProcessId], clock: Clock, log: Log) -> None:
        self._backend, self._clock, self._log = backend, clock, log
        self._backoff = Backoff()
        self._processes = tuple(processes)
        self._next_check = clock.monotonic() + CHECK_BACKEND_EVERY_S
        self._unhealthy_since: float | None = None
        self._start_at: float | None = None

    def tick(self) -> bool:
        """Do what is due; True when the backend was started again."""
        now = self._clock.monotonic()
        if self._start_at is not None:
            return now >= self._start_at and self._restart()
        reason = self._why_restart(now)
        if not reason:
            return False
        self._backoff = self._backoff.after_crash(now)
        self._start_at = now + self._backoff.delay_s
        self._log(f"The backend {reason}. Starting it again in {self._backoff.delay_s:.1f} s")
        return False

    def _why_restart(self, now: float) -> str:
        if not all(process.alive() for process in self._processes):
            return "ended"
        if now < self._next_check:
            return ""
        self._next_check = now + CHECK_BACKEND_EVERY_S
        if self._backend.healthy():
            self._unhealthy_since = None
            return ""
        self._unhealthy_since = self._unhealthy_since or now
        silent_s = now - self._unhealthy_since
        return f"has not answered for {silent_s:.0f} s" if silent_s >= UNHEALTHY_FOR_S else ""

    def _restart(self) -> bool:
        self._start_at, self._unhealthy_since = None, None
        try:
            self._backend.restart()
        except TerrariumError as error:
            now = self._clock.monotonic()
            self._backoff = self._backoff.after_crash(now)
            self._start_at = now + self._backoff.delay_s
            self._log(f"{error} Trying again in {self._backoff.delay_s:.1f} s")
            return False
        self._processes = identify_all(self._backend.process_ids())
        self._next_check = self._clock.monotonic() + CHECK_BACKEND_EVERY_S
        self._log("The backend answers again")
        return True
