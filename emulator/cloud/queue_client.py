"""SQS for event sources: sends, receives and acknowledges.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling
from emulator.cloud.wanted import call, find
from emulator.model import QueueMessage

NO_QUEUE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "NonExistentQueue")
_BATCH = 10


class QueueClient:
    """Implements the port of the same name in sources."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def ensure(self, name: str, attributes: Mapping[str, str]) -> str:
        """The queue's URL. Creates it where absent, else sets what of `attributes` differs."""
        with calling(self._clients.url("sqs")):
            found = find(self._clients, "sqs", "get_queue_url", NO_QUEUE, QueueName=name)
            if found is None:
                return str(
                    call(self._clients, "sqs", "create_queue", QueueName=name, Attributes=attributes)["QueueUrl"]
                )
            url = str(found["QueueUrl"])
            existing = self.attributes(url)
            changed = {key: value for key, value in attributes.items() if existing.get(key) != value}
            if changed:
                call(self._clients, "sqs", "set_queue_attributes", QueueUrl=url, Attributes=changed)
            return url

    def url_of(self, arn: str) -> str:
        """The URL of the queue with this ARN."""
        with calling(self._clients.url("sqs")):
            return queue_url(self._clients, arn)

    def send(self, url: str, body: str, delay_s: int = 0, attributes: Mapping[str, str] | None = None) -> None:
        """Returns once the backend stored the message."""
        with calling(self._clients.url("sqs")):
            call(
                self._clients,
                "sqs",
                "send_message",
                QueueUrl=url,
                MessageBody=body,
                DelaySeconds=delay_s or None,
                MessageAttributes=string_attributes(attributes),
            )

    def receive(self, url: str, max: int, wait_s: int, visibility_s: int | None) -> Sequence[QueueMessage]:
        """At most `max` (1-10) messages; waits up to `wait_s` for the first. None: the queue's own visibility."""
        with calling(self._clients.url("sqs")):
            answer = call(
                self._clients,
                "sqs",
                "receive_message",
                QueueUrl=url,
                MaxNumberOfMessages=max,
                WaitTimeSeconds=wait_s,
                VisibilityTimeout=visibility_s,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        return [_message(raw) for raw in answer.get("Messages") or ()]

    def delete(self, url: str, receipt_handles: Sequence[str]) -> Sequence[str]:
        """Delete; returns the receipt handles that the backend refused."""
        failed: list[str] = []
        for start in range(0, len(receipt_handles), _BATCH):
            batch = receipt_handles[start : start + _BATCH]
            entries = [{"Id": str(index), "ReceiptHandle": handle} for index, handle in enumerate(batch)]
            with calling(self._clients.url("sqs")):
                answer = call(self._clients, "sqs", "delete_message_batch", QueueUrl=url, Entries=entries)
            failed += [batch[int(entry["Id"])] for entry in answer.get("Failed") or ()]
        return failed

    def change_visibility(self, url: str, receipt_handle: str, seconds: int) -> None:
        """Make a received message visible again in `seconds`."""
        with calling(self._clients.url("sqs")):
            call(
                self._clients,
                "sqs",
                "change_message_visibility",
                QueueUrl=url,
                ReceiptHandle=receipt_handle,
                VisibilityTimeout=seconds,
            )

    def give_back(self, url: str, receipt_handles: Sequence[str]) -> None:
        """Make received messages visible again now; refused handles are of messages that are not ours any more."""
        for start in range(0, len(receipt_handles), _BATCH):
            batch = receipt_handles[start : start + _BATCH]
            entries = [
                {"Id": str(index), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for index, handle in enumerate(batch)
            ]
            with calling(self._clients.url("sqs")):
                call(self._clients, "sqs", "change_message_visibility_batch", QueueUrl=url, Entries=entries)

    def attributes(self, url: str) -> Mapping[str, str]:
        """All attributes of the queue."""
        with calling(self._clients.url("sqs")):
            answer = call(self._clients, "sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["All"])
        found: dict[str, str] = answer.get("Attributes", {})
        return found


def queue_url(clients: Clients, arn: str) -> str:
    """The URL of the queue with this ARN; raises what boto3 raises."""
    account, name = arn.split(":")[4:6]
    return str(call(clients, "sqs", "get_queue_url", QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"])


def string_attributes(attributes: Mapping[str, str] | None) -> dict[str, Any] | None:
    """Message attributes of SQS and SNS, None when there are none (an empty value is not allowed there)."""
    if not attributes:
        return None
    return {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value}


def _message(raw: Mapping[str, Any]) -> QueueMessage:
    system = raw.get("Attributes") or {}
    return QueueMessage(
        message_id=raw["MessageId"],
        receipt_handle=raw["ReceiptHandle"],
        body=raw["Body"],
        receive_count=int(system.get("ApproximateReceiveCount", 1)),
        sent_ms=int(system.get("SentTimestamp", 0)),
        system_attributes=system,
        message_attributes=raw.get("MessageAttributes") or {},
        md5_of_body=raw.get("MD5OfBody", ""),
        md5_of_message_attributes=raw.get("MD5OfMessageAttributes"),
    )
