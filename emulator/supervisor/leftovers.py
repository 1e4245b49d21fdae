"""Ends what a killed supervisor left behind. Processes are only touched when pid and start time both match."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from emulator.errors import UsageError
from emulator.model import Clock
from emulator.supervisor import run_state
from emulator.supervisor.process_identity import ProcessId

GENTLE_S = 20.0
"""The embedded backend writes its data to disk on SIGTERM; a kill would lose them."""
_POLL_S = 0.02


def clear_leftovers(state: Path, clock: Clock, log: Callable[[str], None]) -> None:
    """End the processes of a stale run and forget it; raises UsageError when the run is alive."""
    run = run_state.read(state)
    if run is None:
        return
    if run.alive():
        raise UsageError("Terrarium is already running", where=str(state), fix="`terrarium down` stops it.")
    left = run.leftovers()
    if left:
        log(f"ending {len(left)} processes that an earlier run left behind")
        end(left, clock)
    run_state.remove(state)


def end(processes: Sequence[ProcessId], clock: Clock) -> None:
    """SIGTERM to all in order, then SIGKILL to those that do not listen."""
    for process in processes:
        process.signal(signal.SIGTERM)
    if not wait_until_gone(processes, clock, GENTLE_S):
        for process in processes:
            process.signal(signal.SIGKILL)
        wait_until_gone(processes, clock, GENTLE_S)


def wait_until_gone(processes: Sequence[ProcessId], clock: Clock, deadline_s: float) -> bool:
    """True once none of them is alive, False after the deadline."""
    deadline = clock.monotonic() + deadline_s
    while any(process.alive() for process in processes):
        if clock.monotonic() > deadline:
            return False
        clock.sleep(_POLL_S)
    return True
