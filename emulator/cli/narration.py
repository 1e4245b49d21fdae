"""Shows progress: live lines with spinners on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

import click

from emulator.supervisor.progress import Event, Failed, Ready, Step


class Narrator(Protocol):
    """Is told each step."""

    def tell(self, step: Step) -> None:
        """Show a step, or what it has become."""


def narrate(events: Iterable[Event]) -> Ready | Failed:
    """Show the steps; returns the event that ends them."""
    with narrator() as told:
        for event in events:
            if not isinstance(event, Step):
                return event
            told.tell(event)
    return Failed("The supervisor ended without a word")


@contextmanager
def narrator() -> Iterator[Narrator]:
    """The one that suits where standard output goes."""
    if not sys.stdout.isatty():
        yield PlainNarrator()
        return
    from emulator.cli.live_narration import live_narrator  # rich takes 100 ms, which `up` has while others start

    with live_narrator() as live:
        yield live


class PlainNarrator:
    """One line for every step that is done or failed, and for what takes long."""

    def tell(self, step: Step) -> None:
        """Print it, unless it is only beginning."""
        if step.state != "running":
            click.echo(f"{'ok  ' if step.state == 'done' else 'FAIL'}  {step.name:<12} {step.detail}".rstrip())
        elif step.detail:
            click.echo(f"...   {step.name:<12} {step.detail}")
