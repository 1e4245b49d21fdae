"""DynamoDB stream records as Lambda hands them to a function.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any


def event_record(raw: Mapping[str, Any], stream_arn: str) -> dict[str, Any]:
    """One entry of `Records` from one record of GetRecords in the service's own JSON (base64 texts, epoch seconds)."""
    record: dict[str, Any] = {
        "eventID": raw["eventID"],
        "eventName": raw["eventName"],
        "eventVersion": raw.get("eventVersion", "1.1"),
        "eventSource": raw.get("eventSource", "aws:dynamodb"),
        "awsRegion": raw.get("awsRegion", stream_arn.split(":")[3]),
    }
    identity = raw.get("userIdentity")
    if identity:
        # The API writes Type and PrincipalId, the event type and principalId; only TTL deletes have it.
        record["userIdentity"] = {key[0].lower() + key[1:]: value for key, value in identity.items()}
    record["dynamodb"] = change = dict(raw["dynamodb"])
    if "ApproximateCreationDateTime" in change:
        # AWS sends functions whole seconds.
        change["ApproximateCreationDateTime"] = int(change["ApproximateCreationDateTime"])
    record["eventSourceARN"] = stream_arn
    return record


def event(records: Iterable[str], time_window: Mapping[str, Any] | None = None) -> bytes:
    """The whole event from records that are JSON texts already, with the fields of a tumbling window if there is one.

    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
    """
    beside = "," + json.dumps(time_window, separators=(",", ":"))[1:-1] if time_window else ""
    return ('{"Records":[' + ",".join(records) + "]" + beside + "}").encode()


def created_s(raw: Mapping[str, Any]) -> float | None:
    """ApproximateCreationDateTime in seconds since the epoch, where the record has it."""
    value: float | None = raw["dynamodb"].get("ApproximateCreationDateTime")
    return value


def creation_step_s(created: float) -> int:
    """How long after `created` the record may have been written.

    Stream records carry whole seconds; DynamoDB Local 1.x cuts to the minute.
    """
    return 60 if created % 60 == 0 else 1
