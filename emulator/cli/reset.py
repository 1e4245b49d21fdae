"""`terrarium reset`: stop everything and delete the data."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from emulator import backends
from emulator.cli import down
from emulator.cli.context import Here, here
from emulator.errors import TerrariumError
from emulator.supervisor import machine, run_state
from emulator.supervisor.run_state import RunState

KEPT = ("cache", "tools", "bench")
"""Installed dependencies of functions, what SAM templates became, the SAM CLI and the benchmark's contenders: no data,
and fetching most of them again needs a network."""


@click.command("reset")
def command() -> None:
    """Stop everything and delete all data: tables, objects, queues, logs, demo data. Asks nothing.

    Installed dependencies of functions are kept. An external backend or AWS keeps what is in it.

    \b
    Example:
      terrarium reset && terrarium up
    """
    place = here()
    run = run_state.read(place.state)
    if run is not None:
        down.stop(run, place.project.root)
    _wipe_backends(place, run)
    _delete(place.state)
    click.echo("Stopped and wiped: the next `up` starts empty.")
    if run is not None and run.backend in ("external", "aws"):
        click.echo(f"What is in the {run.backend} backend was left alone.")


def _wipe_backends(place: Here, run: RunState | None) -> None:
    """Let the backend that was used last delete what it keeps outside the state folder."""
    kind = run.backend if run is not None else "embedded"
    if kind in ("external", "aws"):
        return
    if run is not None and run.containers:
        from emulator.deploy.compose import compose_down  # only this run needs that room

        compose_down(root=place.project.root, wipe=True)
        return
    settings = place.settings
    backends.create(
        kind, state=place.state, port=settings.backend_port, endpoint=None, region=settings.region, report=click.echo
    ).wipe()


def _delete(state: Path) -> None:
    if not state.is_dir():
        return
    for entry in state.iterdir():
        if entry.name in KEPT:
            continue
        try:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        except OSError as error:
            failure: TerrariumError = machine.unwritable(entry, error)
            raise failure from None
