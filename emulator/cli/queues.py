"""`terrarium queues`: how full the queues are."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import click

from emulator.cli.context import here
from emulator.cli.running_stacks import RunningStack, clients, logical_name, running_stacks
from emulator.cli.table import aligned
from emulator.cloud.queue_age import oldest_age_s
from emulator.cloud.queue_survey import Queue, survey

PRIVATE = "terrarium-"
"""Begins the name of each queue that Terrarium keeps for itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """One queue as people see it. `stack` and `logical_id` are empty for a private queue; None is unknown or none."""

    stack: str
    logical_id: str
    name: str
    depth: int
    in_flight: int
    delayed: int
    oldest_age_s: float | None
    dead_letter_queue: str | None
    dead_letter_depth: int | None


@click.command("queues")
@click.option("--stack", help="Only the queues of this stack.")
@click.option("--all", "private", is_flag=True, help="Also the queues that Terrarium keeps for itself.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of a table.")
def command(stack: str | None, private: bool, as_json: bool) -> None:
    """Show each queue: messages waiting, in flight and delayed, the age of the oldest, and its dead-letter queue.

    Looking disturbs nothing: no message is received. An age that the backend cannot tell is shown as -.

    \b
    Examples:
      terrarium queues
      terrarium queues --stack orders
      terrarium queues --json | jq '.[] | select(.dead_letter_depth > 0)'
    """
    place = here()
    backend, stacks = clients(place), running_stacks(place, stack)
    everything = survey(backend)
    now = time.time()
    chosen = choose(everything, stacks, private)
    rows = [row(queue, everything, stacks, oldest_age_s(backend, queue.url, queue.messages, now)) for queue in chosen]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in rows], indent=2))
    elif rows:
        show(rows)
    else:
        click.echo("There are no queues.")


def choose(queues: Sequence[Queue], stacks: Sequence[RunningStack], private: bool) -> list[Queue]:
    """The stacks' queues in the order of stack and logical id, then perhaps the private ones."""
    named = [(logical_name(queue.url, stacks), queue) for queue in queues]
    order = {stack.system: number for number, stack in enumerate(stacks)}
    ours = sorted(((order[system], name, queue) for (system, name), queue in named if system), key=lambda one: one[:2])
    prefixes = tuple(f"{PRIVATE}{stack.stack}-" for stack in stacks)
    hidden = [queue for queue in queues if private and queue.name.startswith(prefixes)]
    return [*(queue for _, _, queue in ours), *hidden]


def row(queue: Queue, queues: Sequence[Queue], stacks: Sequence[RunningStack], age_s: float | None) -> Row:
    """`queues` is where the dead-letter queue is looked for."""
    system, logical_id = logical_name(queue.url, stacks)
    dead = next((one for one in queues if one.arn == queue.dead_letter_arn), None)
    target = queue.dead_letter_arn.rpartition(":")[2] if queue.dead_letter_arn else None
    return Row(
        stack=system,
        logical_id=logical_id,
        name=queue.name,
        depth=queue.depth,
        in_flight=queue.in_flight,
        delayed=queue.delayed,
        oldest_age_s=None if age_s is None else round(age_s, 1),
        dead_letter_queue=(logical_name(dead.url, stacks)[1] or dead.name) if dead else target,
        dead_letter_depth=dead.depth if dead else None,
    )


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    head = ("STACK", "QUEUE", "WAITING", "IN FLIGHT", "DELAYED", "OLDEST", "DEAD LETTERS")
    for line in aligned([head, *(_cells(one) for one in rows)]):
        click.echo(line)


def _cells(one: Row) -> tuple[str, ...]:
    dead = "-"
    if one.dead_letter_queue is not None:
        depth = "gone" if one.dead_letter_depth is None else str(one.dead_letter_depth)
        dead = f"{one.dead_letter_queue} ({depth})"
    counts = (str(one.depth), str(one.in_flight), str(one.delayed))
    return (one.stack or "-", one.logical_id or one.name, *counts, age(one.oldest_age_s), dead)


def age(seconds: float | None) -> str:
    """ "12s", "3m 20s", "2h 5m", "4d 3h"; - when unknown."""
    if seconds is None:
        return "-"
    whole = int(seconds)
    for size, unit, smaller_size, smaller in ((86_400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s")):
        if whole >= size:
            return f"{whole // size}{unit} {whole % size // smaller_size}{smaller}"
    return f"{whole}s"
