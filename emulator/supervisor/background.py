"""A supervisor in the background, as the command that started it sees it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence

from emulator.supervisor.plan import Plan
from emulator.supervisor.progress import Event, Failed, Ready, from_line

DAEMON_COMMAND = (sys.executable, "-P", "-m", "emulator.supervisor.daemon")


class Background:
    """Starts the supervisor in a session of its own; it goes on when this process ends."""

    def __init__(self, plan: Plan, command: Sequence[str] = DAEMON_COMMAND) -> None:
        path = plan.state / "run" / "plan.json"
        path.write_text(plan.to_json())
        self._log = plan.log
        with plan.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                text=True,
            )

    def events(self) -> Iterator[Event]:
        """Its progress; the last event is Ready or Failed."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event = from_line(line)
            yield event
            if isinstance(event, Ready | Failed):
                return
        yield Failed(f"The supervisor ended unexpectedly. Its log says more: {self._log}")

    def cancel(self) -> None:
        """Stop it and wait until everything it started is gone."""
        self._process.terminate()
        self._process.wait()

    def wait(self) -> None:
        """Wait until a supervisor that failed has stopped everything."""
        self._process.wait()
