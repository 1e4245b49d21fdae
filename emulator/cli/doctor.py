"""`terrarium doctor`: what is missing on this machine and how to get it."""

from __future__ import annotations

import sys

import click

from emulator.cli.context import here
from emulator.supervisor import run_state
from emulator.supervisor.findings import examine

_MARKS = {"ok": ("ok      ", "green"), "optional": ("optional", "yellow"), "missing": ("MISSING ", "red")}


@click.command("doctor")
def command() -> None:
    """Look at Python, packages, ports, disk, memory, programs and Docker, and say how to get what is missing.

    Exit code 0 when `terrarium up` can run here; what is optional does not count.

    \b
    Example:
      terrarium doctor
    """
    place = here()
    settings = place.settings
    first = settings.port_base
    ports = [settings.backend_port, *range(first, first + max(1, len(place.project.stacks)))]
    running = run_state.read_alive(place.state) is not None
    missing = 0
    for finding in examine(place.project.root, place.state, ports, running):
        mark, colour = _MARKS[finding.verdict]
        click.echo(f"{click.style(mark, fg=colour)}  {finding.name:<16}  {finding.found}")
        if finding.verdict != "ok":
            click.echo(f"{'':<28}{finding.fix}")
        missing += finding.verdict == "missing"
    click.echo("\nTerrarium can run here." if not missing else f"\n{missing} things are missing.")
    sys.exit(1 if missing else 0)
