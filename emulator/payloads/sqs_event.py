"""SQS messages as Lambda hands them to a function.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.model import QueueMessage


def event_record(message: QueueMessage, queue_arn: str) -> dict[str, Any]:
    """One entry of `Records` from one received message."""
    record: dict[str, Any] = {
        "messageId": message.message_id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": dict(message.system_attributes),
        "messageAttributes": {name: _attribute(value) for name, value in message.message_attributes.items()},
        "md5OfBody": message.md5_of_body,
    }
    if message.md5_of_message_attributes:
        record["md5OfMessageAttributes"] = message.md5_of_message_attributes
    return record | {
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": queue_arn.split(":")[3],
    }


def event(records: Iterable[bytes]) -> bytes:
    """The whole event from records that are JSON already."""
    return b'{"Records":[' + b",".join(records) + b"]}"


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    """SQS leaves out the lists, which it does not implement; Lambda sends them empty."""
    attribute: dict[str, Any] = {}
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        attribute["binaryValue"] = _base64(value["BinaryValue"])
    attribute["stringListValues"] = list(value.get("StringListValues") or ())
    attribute["binaryListValues"] = [_base64(each) for each in value.get("BinaryListValues") or ()]
    attribute["dataType"] = value["DataType"]
    return attribute


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
