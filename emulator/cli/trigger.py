"""`terrarium trigger`: fire a schedule now."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import click

from emulator.cli.asking import asked
from emulator.cli.context import here
from emulator.errors import UsageError
from emulator.supervisor.run_state import RunningSystem

PATH = "/_terrarium/schedules"


@click.command("trigger")
@click.argument("schedule", required=False)
@click.option("--stack", help="The stack to look in, when several have a schedule of that name.")
def command(schedule: str | None, stack: str | None) -> None:
    """Fire SCHEDULE (logical id or name) now, enabled or not; when it fires next does not change.

    Without SCHEDULE: list what runs on a schedule, and when it fires next.

    \b
    Examples:
      terrarium trigger
      terrarium trigger NightlyReport
      terrarium trigger CleanupTick --stack orders
    """
    systems = [one for one in here().running().systems if stack in (None, one.name)]
    known = [(system, found) for system in systems for found in _schedules(system)]
    if schedule is None:
        for system, found in known:
            target, due = found["target"].rpartition(":")[2], found["next"] or found["state"]
            click.echo(f"{system.name}  {found['schedule']}  {found['expression']}  {due}  calls {target}")
        return
    for line in _fired(known, schedule, stack):
        click.echo(line)


def _fired(known: list[tuple[RunningSystem, dict[str, Any]]], schedule: str, stack: str | None) -> list[str]:
    """A line for each target that was called; raises UsageError when it is not clear which schedule is meant."""
    hits = {system.name: system for system, found in known if schedule in (found["schedule"], found["name"])}
    if not hits:
        raise UsageError(
            f"There is no schedule {schedule}" + (f" in stack {stack}" if stack else ""),
            found=", ".join(dict.fromkeys(found["schedule"] for _, found in known)) or "no schedules",
            fix="Name one of these.",
        )
    if len(hits) > 1:
        names = ", ".join(hits)
        raise UsageError(f"Several stacks have a schedule {schedule}", found=names, fix="Choose one with --stack.")
    (system,) = hits.values()
    answer = _request(system, "POST", f"{PATH}/{quote(schedule, safe='')}")
    return [f"{fired['schedule']} fired: {fired['target']}" for fired in answer["fired"]]


def _schedules(system: RunningSystem) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _request(system, "GET", PATH)["schedules"]
    return found


def _request(system: RunningSystem, method: str, path: str) -> dict[str, Any]:
    """The answer's document; raises UsageError when the system does not answer or could not do it."""
    status, document = asked(system, method, path, json.loads, timeout_s=70)
    if status != 200:
        raise UsageError(f"System {system.name} could not do it", found=str(document.get("Message", document)))
    found: dict[str, Any] = document
    return found
