"""`terrarium invalidate`: take objects out of a distribution's cache before they expire."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import click

from emulator.cli.asking import asked
from emulator.cli.context import here
from emulator.errors import UsageError
from emulator.supervisor import health
from emulator.supervisor.run_state import RunningSystem

PREFIX = "/2020-05-31/distribution"
Found = tuple[RunningSystem, str, str]
"""The system, and a distribution's logical id and id."""


@click.command("invalidate")
@click.argument("distribution")
@click.argument("paths", nargs=-1, required=True)
@click.option("--stack", help="The stack to look in, when several have a distribution of that name.")
def command(distribution: str, paths: tuple[str, ...], stack: str | None) -> None:
    """Drop PATHS from the cache of DISTRIBUTION (logical id or id), as `aws cloudfront create-invalidation` does.

    A path starts with a slash; it may end with *, which shells want in quotes.

    \b
    Examples:
      terrarium invalidate Cdn '/*'
      terrarium invalidate WebDistribution /index.html '/assets/*' --stack shortener
    """
    system, logical_id, distribution_id = _chosen(distribution, stack)
    body = _batch(paths)
    made = _request(system, "POST", f"{PREFIX}/{quote(distribution_id, safe='')}/invalidation", body)
    click.echo(f"{system.name} {logical_id}: invalidated {', '.join(paths)} ({made})")


def _chosen(distribution: str, stack: str | None) -> Found:
    """Raises UsageError when it is not clear which one is meant."""
    systems = [one for one in here().running().systems if stack in (None, one.name)]
    known = [found for system in systems for found in _distributions(system)]
    hits = [found for found in known if distribution in found[1:]]
    if len(hits) == 1:
        return hits[0]
    if hits:
        names = ", ".join(system.name for system, _, _ in hits)
        raise UsageError(f"Several stacks have a distribution {distribution}", found=names, fix="Choose with --stack.")
    raise UsageError(
        f"There is no distribution {distribution}" + (f" in stack {stack}" if stack else ""),
        found=", ".join(logical_id for _, logical_id, _ in known) or "no distributions",
        fix="Name one of these.",
    )


def _distributions(system: RunningSystem) -> list[Found]:
    answer: dict[str, Any] = health.status(system.port) or {}
    ids = answer.get("resources", {})
    return [(system, logical_id, ids.get(logical_id, "")) for logical_id in answer.get("distributions", {})]


def _batch(paths: tuple[str, ...]) -> bytes:
    items = "".join(f"<Path>{escape(path)}</Path>" for path in paths)
    listed = f"<Paths><Quantity>{len(paths)}</Quantity><Items>{items}</Items></Paths>"
    reference = f"<CallerReference>{uuid.uuid4()}</CallerReference>"
    return f"<InvalidationBatch>{listed}{reference}</InvalidationBatch>".encode()


def _request(system: RunningSystem, method: str, path: str, body: bytes) -> str:
    """The id of what was made; raises UsageError when the system does not answer or refused."""
    status, said = asked(system, method, path, _elements, body=body, content_type="text/xml")
    if status != 201:
        raise UsageError(
            "The invalidation was refused", where=system.name, found=f"{said.get('Code')}: {said.get('Message')}"
        )
    return str(said.get("Id"))


def _elements(document: bytes) -> dict[str, str | None]:
    """The text of each element by its name."""
    return {element.tag.rpartition("}")[2]: element.text for element in ElementTree.fromstring(document).iter()}
