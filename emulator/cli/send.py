"""`terrarium send`: put something into a queue, a topic, a bus or a bucket."""

from __future__ import annotations

import json
import mimetypes
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from emulator.cli.context import here
from emulator.cli.key_values import pairs
from emulator.cli.running_stacks import RunningStack, clients, running_stacks
from emulator.cloud.inventory import Kind, Place, inventory
from emulator.cloud.sending import Letter, send
from emulator.errors import UsageError

_OPTIONS: dict[Kind, tuple[str, ...]] = {
    "queue": ("group", "dedup", "attribute"),
    "topic": ("group", "dedup", "attribute", "subject"),
    "bus": ("detail_type", "source"),
    "bucket": ("attribute", "key", "content_type"),
}


@click.command("send")
@click.argument("target")
@click.argument("event")
@click.option("--group", help="Message group id, for FIFO.")
@click.option("--dedup", help="Deduplication id, for FIFO.")
@click.option("--attribute", multiple=True, metavar="K=V", help="Message attribute, or metadata of an object.")
@click.option("--subject", help="Subject, for a topic.")
@click.option("--detail-type", help="For a bus. Default: Message.")
@click.option("--source", help="For a bus. Default: terrarium.")
@click.option("--key", help="The object's key, for a bucket. Default: the file's name.")
@click.option("--content-type", help="For a bucket. Default: by the key's ending.")
@click.option("--stack", help="The stack to look in, when several have a resource of that name.")
def command(target: str, event: str, stack: str | None, **options: Any) -> None:
    """Send EVENT to TARGET: a queue, topic, event bus or bucket, by logical id, name or ARN.

    EVENT is a file, - for standard input, or the text itself.

    \b
    Examples:
      terrarium send OrderQueue '{"orderId": "42"}'
      terrarium send OrderQueue.fifo order.json --group customer-7
      terrarium send OrderEvents - --detail-type OrderPlaced --source shop < placed.json
      terrarium send Uploads cat.jpg --key images/cat.jpg
    """
    place = here()
    stacks, backend = running_stacks(place, stack), clients(place)
    found = one_place(target, inventory(backend), stacks)
    given = {name: value for name, value in options.items() if value}
    refuse_others(found, given)
    body, file_name = content(event)
    click.echo(f"{found.kind} {found.name}: {send(backend, found, letter(found, body, file_name, given))}")


def one_place(text: str, places: Sequence[Place], stacks: Sequence[RunningStack]) -> Place:
    """What is meant by a logical id, name or ARN; raises UsageError when that is nothing or several things."""
    wanted = [stack.resources[text] for stack in stacks if text in stack.resources] or [text]
    hits = [place for place in places if any(place.is_called(name) for name in wanted)]
    if len(hits) == 1:
        return hits[0]
    if hits:
        found = ", ".join(f"{place.kind} {place.name}" for place in hits)
        raise UsageError(f"Several things are called {text}", found=found, fix="Give the ARN, or --stack.")
    known = [
        f"{logical_id} ({place.kind})"
        for stack in stacks
        for logical_id, physical_id in stack.resources.items()
        for place in places
        if place.is_called(physical_id)
    ]
    raise UsageError(
        f"There is no queue, topic, bus or bucket {text}",
        found=", ".join(known) or "none in the running stacks",
        fix="Name one of these; `terrarium status --json` lists all resources.",
    )


def refuse_others(place: Place, given: dict[str, Any]) -> None:
    """Raises UsageError for an option that has no meaning there: it would be lost without a word."""
    wrong = [f"--{name.replace('_', '-')}" for name in given if name not in _OPTIONS[place.kind]]
    if wrong:
        allowed = ", ".join(f"--{name.replace('_', '-')}" for name in _OPTIONS[place.kind])
        raise UsageError(f"A {place.kind} takes no {' or '.join(wrong)}", where=place.name, fix=f"It takes {allowed}.")


def content(event: str) -> tuple[bytes, str | None]:
    """The bytes to send, and the name of the file they are from. What looks like a path must be one."""
    if event == "-":
        return sys.stdin.buffer.read(), None
    path = Path(event)
    try:
        if path.is_file():
            return path.read_bytes(), path.name
    except OSError:
        # A text can be too long for a path.
        return event.encode(), None
    if "\n" not in event and " " not in event and path.suffix in (".json", ".txt", ".csv", ".xml"):
        raise UsageError("There is no such file", where=event, fix="Correct the path, or give the text itself.")
    return event.encode(), None


def letter(place: Place, body: bytes, file_name: str | None, given: dict[str, Any]) -> Letter:
    """Raises UsageError where the target could not take it."""
    values = {name: value for name, value in given.items() if name != "attribute"}
    made = Letter(body, attributes=pairs(given.get("attribute", ()), "--attribute colour=red"), **values)
    if place.kind == "bucket":
        return _object(place, made, file_name)
    _check_text(place, made)
    if place.name.endswith(".fifo") and made.group is None:
        raise UsageError(f"The FIFO {place.kind} {place.name} needs a message group", fix="Give --group.")
    return made


def _object(place: Place, made: Letter, file_name: str | None) -> Letter:
    key = made.key or file_name
    if key is None:
        raise UsageError(f"An object in {place.name} needs a key", found="no file that gives it one", fix="Give --key.")
    kind = made.content_type or mimetypes.guess_type(key)[0]
    return Letter(made.body, made.attributes, key=key, content_type=kind)


def _check_text(place: Place, made: Letter) -> None:
    try:
        text = made.body.decode()
    except UnicodeDecodeError:
        raise UsageError(
            f"A {place.kind} takes text", where=place.name, found="bytes that are no UTF-8", fix="Send it to a bucket."
        ) from None
    if not text:
        raise UsageError(f"A {place.kind} takes no empty message", where=place.name, fix="Give some text.")
    if place.kind == "bus" and not _is_object(text):
        raise UsageError("A bus takes a JSON object", where=place.name, found=text[:60], fix='Give {"name": "value"}.')


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
