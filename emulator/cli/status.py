"""`terrarium status`: what runs and how it is."""

from __future__ import annotations

import json
import sys

import click

from emulator.cli import table
from emulator.cli.context import here
from emulator.supervisor import run_state
from emulator.supervisor.overview import overview


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a table.")
def command(as_json: bool) -> None:
    """Show the backend, every system with its URLs, and the state of each function.

    Exit code 0 only when everything is healthy.

    \b
    Examples:
      terrarium status
      terrarium status --json | jq -r '.stacks[0].http[]'
    """
    found = overview(run_state.read_alive(here().state))
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2))
        for problem in found.problems:
            table.warn(problem)
    elif found.stacks:
        table.show(found)
    else:
        click.echo(" ".join(found.problems), err=True)
    sys.exit(0 if found.healthy else 1)
