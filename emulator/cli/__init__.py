"""The `terrarium` command. Each command is one module, imported only when it is asked for: `status` feels instant."""

from __future__ import annotations

import importlib
import sys

import click

from emulator.errors import TerrariumError

COMMANDS = (
    "up",
    "status",
    "invoke",
    "trigger",
    "send",
    "queues",
    "redrive",
    "invalidate",
    "env",
    "logs",
    "seed",
    "down",
    "reset",
    "doctor",
    "serve",
    "deploy",
)


class LazyGroup(click.Group):
    """Finds a command in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order a person meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The `command` of `emulator.cli.<name>`."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"emulator.cli.{cmd_name}").command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="terrarium", prog_name="terrarium")
def terrarium() -> None:
    """A local AWS: runs serverless applications exactly as their template describes them.

    Start with `terrarium up`, look with `terrarium status`, end with `terrarium down`.
    """


def main() -> None:
    """Entry point: shows Terrarium's own errors as one sentence and ends with 1."""
    try:
        terrarium(prog_name="terrarium")
    except TerrariumError as error:
        click.echo(f"{click.style('error', fg='red', bold=True)}: {error.sentence()}", err=True)
        sys.exit(1)
