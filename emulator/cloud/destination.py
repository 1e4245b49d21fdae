"""Sends a record to the ARN that a function or event source names: SQS, SNS, Lambda, an EventBridge bus, S3.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling
from emulator.cloud.queue_client import queue_url, string_attributes
from emulator.cloud.wanted import call
from emulator.errors import BackendRefusedError
from emulator.payloads.destination_forms import bus_entry, within

TOPIC_LIMIT_BYTES = 256 * 1024
_NUMBERS = frozenset(["ErrorCode"])
"""https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq"""


class DestinationClient:
    """Implements the port of the same name in sources."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._ways: Mapping[str, Callable[[str, str, Mapping[str, str]], None]] = {
            "sqs": self._to_queue,
            "sns": self._to_topic,
            "lambda": self._to_function,
            "events": self._to_bus,
            "s3": self._to_bucket,
        }

    def send(self, arn: str, body: str, attributes: Mapping[str, str]) -> None:
        """Returns once the destination accepted `body`. Attributes are message attributes of SQS and SNS.

        A bus gets an invocation record only. Of S3 the ARN is the object's: arn:aws:s3:::bucket/key.
        """
        service = arn.split(":")[2] if arn.count(":") >= 5 else ""
        way = self._ways.get(service)
        if way is None:
            raise BackendRefusedError(
                "Not a destination", found=arn, fix="Name a queue, topic, function, event bus or bucket by its ARN."
            )
        with calling(self._clients.url(service)):
            way(arn, body, attributes)

    def _to_queue(self, arn: str, body: str, attributes: Mapping[str, str]) -> None:
        url = queue_url(self._clients, arn)
        given = _message_attributes(attributes)
        call(self._clients, "sqs", "send_message", QueueUrl=url, MessageBody=body, MessageAttributes=given)

    def _to_topic(self, arn: str, body: str, attributes: Mapping[str, str]) -> None:
        # A dead letter, which has attributes, is the event itself: nothing can be left out of it.
        text = body if attributes else within(body, TOPIC_LIMIT_BYTES)
        given = _message_attributes(attributes)
        call(self._clients, "sns", "publish", TopicArn=arn, Message=text, MessageAttributes=given)

    def _to_function(self, arn: str, body: str, _: Mapping[str, str]) -> None:
        call(self._clients, "lambda", "invoke", FunctionName=arn, InvocationType="Event", Payload=body.encode())

    def _to_bus(self, arn: str, body: str, _: Mapping[str, str]) -> None:
        answer = call(self._clients, "events", "put_events", Entries=[bus_entry(body, arn)])
        if answer.get("FailedEntryCount"):
            raise BackendRefusedError("The event bus refused the record", where=arn, found=str(answer["Entries"]))

    def _to_bucket(self, arn: str, body: str, _: Mapping[str, str]) -> None:
        bucket, _slash, key = arn.split(":", 5)[5].partition("/")
        call(
            self._clients,
            "s3",
            "put_object",
            Bucket=bucket,
            Key=key,
            Body=body.encode(),
            ContentType="application/json",
        )


def _message_attributes(attributes: Mapping[str, str]) -> dict[str, Any] | None:
    given = string_attributes(attributes) or {}
    for name in _NUMBERS & given.keys():
        given[name]["DataType"] = "Number"
    return given or None
