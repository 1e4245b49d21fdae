"""The supervisor that goes on in the background: `python -m emulator.supervisor.daemon PLAN.json`.

Tells its progress in JSON lines on standard output until all is ready; whoever started it may then go.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from emulator.supervisor.plan import Plan
from emulator.supervisor.progress import Event, Ready, to_line
from emulator.supervisor.session import run


def main(arguments: list[str]) -> int:
    """Supervise what the plan file says."""
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
