"""`terrarium logs`: what the functions wrote, and the platform's START, END and REPORT lines around it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import click

from emulator.cli.context import here
from emulator.supervisor import run_state
from emulator.telemetry import RecordedLine, follow_lines, read_lines

TELEMETRY = "telemetry.sqlite"


@click.command("logs")
@click.option("--follow", "-f", is_flag=True, help="Go on with what is written from now on, until Ctrl-C.")
@click.option("--function", metavar="FUNCTION", help="Only this function (logical id or name).")
@click.option("--trace", metavar="ID", help="All lines of the invocations with this trace, request or correlation id.")
@click.option("--last", type=int, default=200, show_default=True, help="So many lines of the past at most; 0 for none.")
def command(follow: bool, function: str | None, trace: str | None, last: int) -> None:
    """Show what the functions logged, oldest first.

    An id follows a request through every function it reached: the correlation id of a response, the
    x-amzn-trace-id or the request id all do.

    \b
    Examples:
      terrarium logs --follow
      terrarium logs --function Redirect --last 20
      terrarium logs --trace 1-67891233-abcdef012345678912345678
    """
    place = here()
    run = run_state.read_alive(place.state)
    if run is not None and run.containers:
        from emulator.deploy.compose import compose_logs  # only this run needs that room

        names = [system.name for system in run.systems]
        compose_logs(names, _as_given(follow, function, trace, last), root=place.project.root)
        return
    path = place.state / TELEMETRY
    if not follow:
        for line in read_lines(path, function=function, trace=trace, last=last):
            show(line)
        return
    _follow(path, function, trace, last)


def show(line: RecordedLine) -> None:
    """One line with the time and the function that wrote it."""
    seconds, milliseconds = divmod(line.timestamp_ms, 1000)
    clock = f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{milliseconds:03d}"
    click.echo(f"{click.style(clock, dim=True)} {click.style(line.function, fg='cyan')} {line.message.rstrip()}")


def _as_given(follow: bool, function: str | None, trace: str | None, last: int) -> list[str]:
    """The options again, for the same command elsewhere."""
    named = [f"--{name}={value}" for name, value in (("function", function), ("trace", trace)) if value is not None]
    return [*(["--follow"] if follow else []), *named, f"--last={last}"]


def _follow(path: Path, function: str | None, trace: str | None, last: int) -> None:
    never = threading.Event()  # only Ctrl-C ends it
    try:
        for line in follow_lines(
            path, function=function, trace=trace, last=last, wait=lambda seconds: not never.wait(seconds)
        ):
            show(line)
    except KeyboardInterrupt:
        return
