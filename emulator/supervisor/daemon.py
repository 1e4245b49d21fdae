"""The supervisor that goes on in the background: `python -m emulator.supervisor.daemon PLAN.json`.

Tells its progress in JSON lines on standard output until all is ready; whoever started it may then go.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from emulator.supervisor.plan import Plan
from emulator.supervisor.progress import Event, Failed, Ready, from_line, to_line
from emulator.supervisor.session import LOG_FILE

DAEMON_COMMAND = (sys.executable, "-P", "-m", "emulator.supervisor.daemon")


class Daemon:
    """A supervisor in the background, as the command that started it sees it."""

    def __init__(self, plan: Plan) -> None:
        path = plan.state / "run" / "plan.json"
        path.write_text(plan.to_json())
        with (plan.state / "logs" / LOG_FILE).open("ab") as log:
            self._process = subprocess.Popen(
                [*DAEMON_COMMAND, str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                text=True,
            )
        self._log = plan.state / "logs" / LOG_FILE

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
        """Wait until a supervisor that failed has ended."""
        self._process.wait()


def main(arguments: list[str]) -> int:
    """Supervise what the plan file says."""
    from emulator.supervisor.session import run

    return run(Plan.from_json(Path(arguments[0]).read_text()), _tell)


def _tell(event: Event) -> None:
    try:
        print(to_line(event), flush=True)
    except BrokenPipeError:
        raise KeyboardInterrupt from None  # nobody waits for this run any more: leave nothing half started
    if isinstance(event, Ready):
        # Nobody reads on: further output would end the supervisor with a broken pipe.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
