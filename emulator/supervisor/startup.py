"""Brings the systems up side by side: process, health, demo data. One poll loop, no threads.

Spawning stays on the calling thread because the kernel ties a child's life to the thread that made it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from emulator.errors import TerrariumError
from emulator.model import Clock
from emulator.supervisor import health
from emulator.supervisor.progress import Step
from emulator.supervisor.seeding import Seed
from emulator.system_spec import SystemSpec

POLL_S = 0.02
DEADLINE_S = 900.0
"""A first start may install the dependencies of a system's functions over a slow network."""

Report = Callable[[Step], None]


class Starting(Protocol):
    """A system on its way up, wherever it runs: a process of ours, or a container."""

    @property
    def spec(self) -> SystemSpec:
        """What it runs."""

    def status(self) -> dict[str, Any] | None:
        """What GET /_terrarium/status answers, None while it does not serve."""

    def exit_code(self) -> int | None:
        """None while it runs."""

    def last_words(self) -> str:
        """Why it ended."""

    def doing(self) -> str:
        """What it is busy with, empty when it does not say."""


class SystemFailedError(TerrariumError):
    """A system's process ended, never served, or serves not as it should, while it was started."""


class SystemStart:
    """One system on its way up."""

    def __init__(self, child: Starting, seed: Seed | None, report: Report) -> None:
        self.problems: list[str] = []
        """What is wrong although it serves: one sentence each."""
        self._child, self._seed, self._report = child, seed, report
        self._loading: subprocess.Popen[bytes] | None = None
        self._said = ""

    @property
    def name(self) -> str:
        """The system's name."""
        return self._child.spec.name

    def poll(self) -> bool:
        """Take the next step if it is due; True when nothing is left to do. Raises SystemFailedError."""
        if self._loading is not None:
            return self._poll_loading(self._loading)
        if self._child.exit_code() is not None:
            self._report(Step(self.name, "failed"))
            raise SystemFailedError(self._child.last_words())
        answer = self._child.status()
        if answer is None:
            self._tell(self._child.doing() or "starting")
            return False
        return self._healthy(answer)

    def abandon(self) -> None:
        """Stop loading data."""
        if self._loading is not None and self._loading.poll() is None:
            self._loading.kill()
            self._loading.wait()

    def _healthy(self, answer: dict[str, Any]) -> bool:
        api = next(iter(answer.get("http", {}).values()), None)
        if self._seed is None or api is None or self._seed.planted():
            return self._done()
        self._tell("loading demo data")
        self._loading = self._seed.start(api, str(answer.get("stack", self.name)))
        return False

    def _poll_loading(self, loading: subprocess.Popen[bytes]) -> bool:
        code = loading.poll()
        if code is None:
            return False
        assert self._seed is not None
        if code == 0:
            self._seed.mark()
            return self._done(" with demo data")
        problem = f"Demo data of {self.name} was not loaded: {self._seed.last_words()} ({self._seed.log} says more)"
        return self._done(" without demo data", problem)

    def _done(self, detail: str = "", problem: str = "") -> bool:
        # Asked last: a function may have needed the secrets that came with the data.
        answer = self._child.status() or {}
        # Functions first: one that cannot run is why data could not be loaded.
        self.problems = health.failed_functions(answer) + ([problem] if problem else [])
        self._report(Step(self.name, "failed" if self.problems else "done", f"up{detail}"))
        return True

    def _tell(self, doing: str) -> None:
        if doing != self._said:
            self._said = doing
            self._report(Step(self.name, "running", doing))


def bring_up(starts: Sequence[SystemStart], clock: Clock) -> None:
    """Wait until every system is up and well. Raises SystemFailedError, which names everything that is wrong, with all
    loading abandoned."""
    deadline = clock.monotonic() + DEADLINE_S
    waiting = list(starts)
    try:
        while waiting:
            waiting = [start for start in waiting if not start.poll()]
            if waiting and clock.monotonic() > deadline:
                names = ", ".join(start.name for start in waiting)
                raise SystemFailedError(f"{names} did not get ready in {DEADLINE_S:.0f} s")
            if waiting:
                clock.sleep(POLL_S)
    finally:
        for start in starts:
            start.abandon()
    problems = [problem for start in starts for problem in start.problems]
    if problems:
        raise _failed(problems)


def _failed(problems: Sequence[str]) -> SystemFailedError:
    fix = "Correct it and start again: everything was stopped. `terrarium logs` shows what functions logged."
    if len(problems) == 1:
        return SystemFailedError(problems[0].rstrip("."), fix=fix)
    lines = "\n".join(f"  {problem}" for problem in problems)
    return SystemFailedError(f"{len(problems)} things went wrong:\n{lines.rstrip('.')}", fix=f"\n{fix}")
