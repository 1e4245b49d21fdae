"""Hears every change of orders and products from the tables' streams.

https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from orders import wiring
from orders.domain.changes import Change
from orders.domain.errors import OrdersError
from orders.journal import correlated, count, journalled, log
from orders.repositories.plain_items import from_item

_env = wiring.environment()
_watch = wiring.watch_changes(_env)


@journalled(_env.stage, "EventProcessor")
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Stops at the first record that fails: the stream goes on from there, so that order is kept."""
    count(Changes=len(event["Records"]))
    for record in event["Records"]:
        change = _change(record)
        with correlated(str(change.newest.get("correlationId", "")), entity=f"{change.kind}#{change.entity_id}"):
            try:
                entry = _watch.watch(change)
                log.info("watched", eventType=entry.event_type, eventId=entry.event_id)
            except (OrdersError, KeyError, ValueError) as failure:
                log.exception("change not watched", why=str(failure))
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def _change(record: Mapping[str, Any]) -> Change:
    """An order's time is its own; a stream tells seconds, so a product's events sort by where they are in it."""
    told = record["dynamodb"]
    old, new = from_item(told.get("OldImage", {})), from_item(told.get("NewImage", {}))
    keys = from_item(told["Keys"])
    happened = datetime.fromtimestamp(float(told["ApproximateCreationDateTime"]), UTC)
    if "orderId" in keys:
        at = datetime.fromisoformat(new["updatedAt"]) if new else happened
        return Change(record["eventID"], "order", str(keys["orderId"]), at, old, new)
    event_id = f"{told['SequenceNumber']:0>40}-{record['eventID']}"
    return Change(event_id, "product", str(keys["productId"]), happened, old, new)
