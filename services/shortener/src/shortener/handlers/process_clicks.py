"""The table's stream of events: counts clicks and archives everything; answers which records are not done.

https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shortener import wiring
from shortener.domain.counting import Received, StoppedAtError, UnreadableEventError
from shortener.domain.model import Event
from shortener.journal import Journal

_count_clicks = wiring.count_clicks(wiring.environment())
_journal = Journal("ClickProcessor")


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Lambda resumes from the lowest failed sequence number: one is named, the first that is not done."""
    correlation = str(getattr(context, "aws_request_id", ""))
    received, unreadable = _received(event["Records"])
    failed = unreadable
    counted = 0
    try:
        counted = _count_clicks(received)
    except StoppedAtError as failure:
        failed = failure.position
        _journal.note("ERROR", "stopped", correlation, {"BatchesStopped": 1}, why=str(failure))
    if unreadable is not None:
        _journal.note("ERROR", "unreadable event", correlation, {"UnreadableEvents": 1}, position=unreadable)
    _journal.note("INFO", "counted", correlation, {"EventsCounted": counted}, received=len(event["Records"]))
    return {"batchItemFailures": [{"itemIdentifier": failed}] if failed is not None else []}


def _received(records: Sequence[Mapping[str, Any]]) -> tuple[list[Received], str | None]:
    """The events up to the first unreadable record, and that record's sequence number."""
    received: list[Received] = []
    for record in records:
        change = record["dynamodb"]
        if record.get("eventName") != "INSERT" or not _is_event(change):
            continue
        position = str(change["SequenceNumber"])
        try:
            received.append(Received.of(position, _event(change["NewImage"])))
        except UnreadableEventError:
            return received, position
    return received, None


def _is_event(change: Mapping[str, Any]) -> bool:
    return str(change["Keys"]["PK"].get("S", "")).startswith("EVENT#")


def _event(image: Mapping[str, Any]) -> Event:
    try:
        writer = image["PK"]["S"].partition("#")[2]
        return Event(writer, int(image["SK"]["S"]), image["event"]["S"])
    except (KeyError, ValueError) as error:
        raise UnreadableEventError(str(error)) from error
