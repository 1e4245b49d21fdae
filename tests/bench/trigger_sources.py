"""Makes each source of events fire, through boto3 and the same on every contender."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

Send = Callable[[Sequence[str]], None]
"""Sends these marks with as few calls as the service allows; returns once all are accepted."""


@dataclass(frozen=True, slots=True)
class Source:
    """`name` as tables show it."""

    name: str
    send: Send


def client(service: str, endpoint: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(s3={"addressing_style": "path"}),
    )


def sources(endpoint: str, names: Mapping[str, str]) -> tuple[Source, ...]:
    """`names`: Queue (its URL), Topic (its ARN), Bucket and Table."""
    sqs, sns, s3 = client("sqs", endpoint), client("sns", endpoint), client("s3", endpoint)
    dynamodb, events = client("dynamodb", endpoint), client("events", endpoint)

    def to_queue(marks: Sequence[str]) -> None:
        entries = [{"Id": str(number), "MessageBody": mark} for number, mark in enumerate(marks)]
        sqs.send_message_batch(QueueUrl=names["Queue"], Entries=entries)

    def to_topic(marks: Sequence[str]) -> None:
        entries = [{"Id": str(number), "Message": mark} for number, mark in enumerate(marks)]
        sns.publish_batch(TopicArn=names["Topic"], PublishBatchRequestEntries=entries)

    def to_bucket(marks: Sequence[str]) -> None:
        for mark in marks:
            s3.put_object(Bucket=names["Bucket"], Key=mark, Body=b"x")

    def to_table(marks: Sequence[str]) -> None:
        writes = [{"PutRequest": {"Item": {"id": {"S": mark}}}} for mark in marks]
        dynamodb.batch_write_item(RequestItems={names["Table"]: writes})

    def to_bus(marks: Sequence[str]) -> None:
        entry = {"Source": "bench", "DetailType": "mark"}
        events.put_events(Entries=[{**entry, "Detail": json.dumps({"mark": mark})} for mark in marks])

    return (
        Source("SQS", to_queue),
        Source("SNS", to_topic),
        Source("S3", to_bucket),
        Source("DynamoDB stream", to_table),
        Source("EventBridge", to_bus),
    )
