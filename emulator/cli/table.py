"""The table of what runs, as plain text: no library, so that it appears at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from emulator.supervisor.overview import Overview, borrowed


def show(overview: Overview, first_try: str = "") -> None:
    """Print backend, systems with their URLs, what is wrong, and a first command to try."""
    backend = overview.backend
    click.echo(f"\nBackend {backend['kind']}" + (f" at {backend['endpoint']}" if backend["endpoint"] else "") + "\n")
    for sentence in borrowed(backend.get("by_service", {})):
        click.echo(f"{sentence}\n")
    rows = [row for stack in overview.stacks for row in _rows(stack)]
    for line in aligned([("SYSTEM", "WHAT", "WHERE", "STATE"), *rows]):
        click.echo(line)
    for sentence in (_ignored(item) for stack in overview.stacks for item in stack.get("ignored", ())):
        click.echo(f"{click.style('ignored', dim=True)}: {sentence}")
    if overview.left_out:
        click.echo(f"\nLeft out of the {'template' if len(overview.stacks) == 1 else 'templates'}:")
    for line in overview.left_out:
        click.echo(f"  {line}")
    if first_try:
        click.echo(f"\nTry: {click.style(first_try, bold=True)}")
    for problem in overview.problems:
        warn(problem)


def warn(sentence: str) -> None:
    """One sentence about something that is not as it should be."""
    click.echo(f"{click.style('warning', fg='yellow', bold=True)}: {sentence}", err=True)


def _rows(stack: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    name = stack["name"]
    urls = [*stack["http"].items(), *stack["websocket"].items(), *stack["distributions"].items()]
    if not urls and not stack["functions"]:
        yield name, "-", "-", "not serving"
        return
    for logical_id, url in urls:
        yield name, logical_id, url, "up"
        name = ""
    functions = stack["functions"]
    ready = [logical_id for logical_id, function in functions.items() if function["state"] == "ready"]
    if ready:
        yield name, "functions", ", ".join(ready), "ready"
    for logical_id in (one for one in functions if one not in ready):
        yield "", logical_id, "", functions[logical_id]["state"]


def _ignored(item: dict[str, Any]) -> str:
    """Redirect Properties.Architectures (services/shortener/template.yaml:41): one machine, one architecture."""
    what = " ".join(part for part in (item["logical_id"], item["property"]) if part)
    return f"{what} ({item['place']}): {item['reason']}"


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines with columns below each other; the first row is the head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        yield click.style(line, dim=True) if number == 0 else line
