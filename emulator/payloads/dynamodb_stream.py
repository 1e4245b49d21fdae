"""DynamoDB stream records as Lambda hands them to a function.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any


def event_record(raw: Mapping[str, Any], stream_arn: str) -> dict[str, Any]:
    """One entry of `Records` from one record as boto3's low-level client gives it (bytes, datetime)."""
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
    record["dynamodb"] = {key: _plain(value) for key, value in raw["dynamodb"].items()}
    record["eventSourceARN"] = stream_arn
    return record


def event(records: Iterable[str]) -> bytes:
    """The whole event from records that are JSON texts already."""
    return ('{"Records":[' + ",".join(records) + "]}").encode()


def created_s(raw: Mapping[str, Any]) -> float | None:
    """ApproximateCreationDateTime in seconds since the epoch, where the record has it."""
    value = raw["dynamodb"].get("ApproximateCreationDateTime")
    return value.timestamp() if isinstance(value, datetime) else value


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        # AWS sends whole seconds here.
        return int(value.timestamp())
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    return value
