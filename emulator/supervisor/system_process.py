"""The process of one system: `python -m emulator.supervisor.system_process SPEC.json`.

Imports everything at once and hands over to `emulator.app`, which waits on standard input for the word that the
backend is there. Prints `{"error": "…"}` and ends with 1 when the system cannot run.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from pathlib import Path

from emulator.errors import TerrariumError
from emulator.supervisor import machine
from emulator.supervisor.orphan import die_with_parent
from emulator.system_spec import SystemSpec


def main(arguments: list[str]) -> int:
    """Run the system that the file describes; returns the exit code."""
    die_with_parent()
    spec = SystemSpec.from_json(Path(arguments[0]).read_text())
    try:
        from emulator.app import run_system  # here, so that a failing import is reported like any other failure

        run_system(spec, _told_to_go)
    except Exception as error:  # noqa: BLE001 - the border: the supervisor shows it as one sentence
        if not isinstance(error, TerrariumError):
            traceback.print_exc()
        sys.stderr.write(json.dumps({"error": reason(spec, error)}) + "\n")
        return 1
    return 0


def reason(spec: SystemSpec, error: Exception) -> str:
    """Why the system ends, in one sentence."""
    if isinstance(error, TerrariumError):
        return error.sentence()
    if machine.is_full(error):
        return machine.unwritable(spec.state, error).sentence()
    return f"System {spec.name} ({spec.template}) failed: {type(error).__name__}: {error}"


def _told_to_go() -> bool:
    """Wait for the supervisor's word; False when it is gone, or gave up before the backend was there."""
    told = sys.stdin.readline() == "go\n"
    if told:
        threading.Thread(target=_end_with_supervisor, name="life-line", daemon=True).start()
    return told


def _end_with_supervisor() -> None:
    """Standard input ends when the supervisor does, however it ended."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
