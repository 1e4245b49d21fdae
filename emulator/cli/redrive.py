"""`terrarium redrive`: move dead letters back to where they came from."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import click

from emulator.cli.context import here
from emulator.cli.running_stacks import RunningStack, clients, logical_name, running_stacks
from emulator.cloud import Clients
from emulator.cloud.queue_survey import Queue, describe, sources_of, survey
from emulator.cloud.redrive import Moved, Redrive, move_by_task
from emulator.errors import UsageError


@dataclass(frozen=True, slots=True)
class Route:
    """From a dead-letter queue to its `sources`. `others`: further queues have the same dead-letter queue, whose
    messages stay."""

    dead_letters: Queue
    sources: list[Queue]
    others: bool = False


@click.command("redrive")
@click.argument("queue")
@click.option("--max", "limit", type=click.IntRange(min=1), help="Move so many messages at most. Default: all.")
@click.option("--stack", help="The stack to look in, when several have a queue of that name.")
def command(queue: str, limit: int | None, stack: str | None) -> None:
    """Move the messages of a dead-letter queue back to the queue they came from.

    QUEUE is the dead-letter queue or the queue it serves: logical id, name, ARN or URL. A message is deleted only
    after it was sent, so that nothing is lost when this is interrupted. Exit code 1 when something remained.

    \b
    Examples:
      terrarium redrive OrderDeadLetters
      terrarium redrive OrderQueue --max 10
    """
    place = here()
    backend, stacks = clients(place), running_stacks(place, stack)
    everything = survey(backend)
    route = route_of(one_queue(queue, everything, stacks), everything)
    before = route.dead_letters.messages
    moved = _move(backend, route, limit)
    for arn, count in moved.counts.items():
        target = next((one for one in route.sources if one.arn == arn), None)
        where = target.name if target else ", ".join(one.name for one in route.sources)
        click.echo(f"{count} message{'' if count == 1 else 's'} moved from {route.dead_letters.name} to {where}")
    left = before - sum(moved.counts.values())
    if moved.problem:
        click.echo(moved.problem, err=True)
    if left > 0:
        click.echo(f"{left} remained in {route.dead_letters.name}{_why(route, moved, limit)}", err=True)
    elif not before:
        click.echo(f"{route.dead_letters.name} is empty")
    sys.exit(1 if left > 0 or moved.problem else 0)


def one_queue(text: str, queues: Sequence[Queue], stacks: Sequence[RunningStack]) -> Queue:
    """The queue meant; raises UsageError when there is none or more than one."""
    hits = [queue for queue in queues if text in (logical_name(queue.url, stacks)[1], queue.name, queue.arn, queue.url)]
    if len(hits) == 1:
        return hits[0]
    if hits:
        names = ", ".join(f"{queue.name} ({logical_name(queue.url, stacks)[0] or 'no stack'})" for queue in hits)
        raise UsageError(f"Several queues are called {text}", found=names, fix="Give the ARN, or --stack.")
    known = [logical_name(queue.url, stacks)[1] for queue in queues]
    raise UsageError(
        f"There is no queue {text}",
        found=", ".join(name for name in known if name) or "no queues",
        fix="`terrarium queues` lists them.",
    )


def route_of(queue: Queue, queues: Sequence[Queue]) -> Route:
    """Both ways to name it; raises UsageError when the queue has no part in any redrive policy."""
    sources = sources_of(queue, queues)
    if sources:
        return Route(queue, sources)
    dead_letters = next((one for one in queues if one.arn == queue.dead_letter_arn), None)
    if dead_letters is not None:
        return Route(dead_letters, [queue], others=len(sources_of(dead_letters, queues)) > 1)
    if queue.dead_letter_arn is not None:
        raise UsageError(
            f"The dead-letter queue of {queue.name} is gone",
            found=queue.dead_letter_arn,
            fix="`terrarium up` makes it again.",
        )
    raise UsageError(
        f"{queue.name} has no dead-letter queue and is none",
        found="no RedrivePolicy that names it",
        fix="Name a queue with a RedrivePolicy, or its dead-letter queue. `terrarium queues` shows them.",
    )


def _move(backend: Clients, route: Route, limit: int | None) -> Moved:
    """By the backend's own task where it has one and does just what was asked for."""
    if limit is None and not route.others and route.dead_letters.depth:
        moved = move_by_task(backend, route.dead_letters, time.sleep)
        if moved is not None:
            after = describe(backend, route.dead_letters.url)
            gone = route.dead_letters.messages - (after.messages if after else 0)
            return Moved({"": max(gone, *moved.counts.values())}, moved.problem)
    return Redrive(backend, route.dead_letters, route.sources, route.others).run(limit)


def _why(route: Route, moved: Moved, limit: int | None) -> str:
    if moved.problem:
        return ""
    if limit is not None and sum(moved.counts.values()) >= limit:
        return f": --max {limit}"
    if route.others or len(route.sources) > 1:
        return ": they came from other queues, or somebody holds them"
    return ": somebody has received them and not deleted them yet"
