"""`terrarium down`: stop everything, keep the data."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from emulator.cli.context import here
from emulator.clock import SystemClock
from emulator.errors import TerrariumError
from emulator.supervisor import run_state
from emulator.supervisor.leftovers import end, wait_until_gone
from emulator.supervisor.run_state import RunState

STOP_DEADLINE_S = 90.0


@click.command("down")
def command() -> None:
    """Stop the systems and the backend, in this order. Data are kept; `terrarium reset` deletes them.

    \b
    Example:
      terrarium down
    """
    place = here()
    state = place.state
    run = run_state.read(state)
    if run is None:
        click.echo("Nothing is running.")
        return
    stop(run, place.project.root)
    run_state.remove(state)
    click.echo("Stopped. Data are kept in " + str(state))


def stop(run: RunState, root: Path) -> None:
    """Ask the supervisor to stop, wait for it, then end whatever is left of the run. Containers are removed."""
    if run.containers:
        from emulator.deploy.compose import compose_down  # only this run needs that room

        compose_down(root=root)
        return
    clock = SystemClock()
    if run.supervisor is not None:
        run.supervisor.signal(signal.SIGTERM)
        if not wait_until_gone([run.supervisor], clock, STOP_DEADLINE_S):
            run.supervisor.signal(signal.SIGKILL)
    left = run.leftovers()
    if left:
        end(left, clock)
    if run.leftovers():
        pids = ", ".join(str(process.pid) for process in run.leftovers())
        raise TerrariumError("Some processes cannot be stopped", found=f"pid {pids}", fix="End them with kill -9.")
