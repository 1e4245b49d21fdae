"""Moves messages out of a dead-letter queue, back to the queues they came from. Interrupted, it loses nothing.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling, code_of
from emulator.cloud.queue_client import QueueClient
from emulator.cloud.queue_survey import Queue
from emulator.cloud.wanted import call
from emulator.errors import BackendError, BackendRefusedError
from emulator.model import QueueMessage

IN_HAND_S = 60
"""A message that an interrupted redrive held is back in the dead-letter queue after so long."""
POLL_S = 0.2
_NO_SUCH_ACTION = ("InvalidAction", "UnknownOperationException", "AWS.SimpleQueueService.UnsupportedOperation")
_ENDED = ("COMPLETED", "FAILED", "CANCELLED")
_GIVEN = ("DataType", "StringValue", "BinaryValue")


@dataclass(frozen=True, slots=True)
class Moved:
    """How many messages went to each queue (by ARN; "" where the backend does not say), and what went wrong."""

    counts: Mapping[str, int]
    problem: str = ""


def move_by_task(clients: Clients, dead_letters: Queue, wait: Callable[[float], object]) -> Moved | None:
    """The backend's own task, each message to the queue it came from; None where the backend has no such thing."""
    with calling(clients.url("sqs")):
        try:
            call(clients, "sqs", "start_message_move_task", SourceArn=dead_letters.arn)
        except ClientError as problem:
            if code_of(problem) in _NO_SUCH_ACTION:
                return None
            raise
        while True:
            answer = call(clients, "sqs", "list_message_move_tasks", SourceArn=dead_letters.arn)
            task = answer["Results"][0]
            if task["Status"] in _ENDED:
                moved = {"": int(task.get("ApproximateNumberOfMessagesMoved") or 0)}
                return Moved(moved, str(task.get("FailureReason") or ""))
            wait(POLL_S)


class Redrive:
    """Message by message: sent first, then deleted. `sources` are the queues that messages may go back to."""

    def __init__(self, clients: Clients, dead_letters: Queue, sources: list[Queue], others: bool) -> None:
        self._clients, self._queues, self._from = clients, QueueClient(clients), dead_letters
        self._sources = {queue.arn: queue for queue in sources}
        # The only source there is takes also what does not say where it came from.
        self._only = None if others or len(sources) > 1 else sources[0]
        # AWS asks only some of its servers when it need not wait: that finds nothing now and then.
        self._wait_s = 0 if clients.is_local("sqs") else 2
        self._counts: dict[str, int] = {}
        self._held: list[QueueMessage] = []

    def run(self, limit: int | None) -> Moved:
        """Move at most `limit` messages."""
        try:
            while limit is None or self._moved < limit:
                room = 10 if limit is None else min(10, limit - self._moved)
                found = list(self._queues.receive(self._from.url, room, self._wait_s, IN_HAND_S))
                if not found:
                    break
                self._held += found
                for message in found:
                    self._move(message)
        except BackendError as error:
            return Moved(self._counts, error.sentence())
        finally:
            self._release()
        return Moved(self._counts)

    @property
    def _moved(self) -> int:
        return sum(self._counts.values())

    def _move(self, message: QueueMessage) -> None:
        target = self._sources.get(message.system_attributes.get("DeadLetterQueueSourceArn", ""), self._only)
        if target is None:
            return
        send_copy(self._clients, target.url, message)
        if self._queues.delete(self._from.url, [message.receipt_handle]):
            raise BackendRefusedError(
                "A message was moved and is still in the dead-letter queue, too",
                where=self._from.name,
                found=message.message_id,
                fix="Delete it there, or expect it twice.",
            )
        self._held.remove(message)
        self._counts[target.arn] = self._counts.get(target.arn, 0) + 1

    def _release(self) -> None:
        """What was received and not moved can be received again at once."""
        for message in self._held:
            try:
                self._queues.change_visibility(self._from.url, message.receipt_handle, 0)
            except BackendError:
                # It comes back by itself after IN_HAND_S.
                continue


def send_copy(clients: Clients, url: str, message: QueueMessage) -> None:
    """Send body, attributes, group and deduplication id of a message to another queue.

    A FIFO queue that saw its deduplication id in the last five minutes answers with the id of the message we hold and
    stores nothing: then it is sent under an id made of both, which is the same however often this is tried.
    """
    system = message.system_attributes
    deduplication = system.get("MessageDeduplicationId")
    answer = _send(clients, url, message, deduplication)
    if deduplication and answer["MessageId"] == message.message_id:
        again = hashlib.sha256(f"{deduplication}/{message.message_id}".encode()).hexdigest()
        _send(clients, url, message, again)


def _send(clients: Clients, url: str, message: QueueMessage, deduplication: str | None) -> dict[str, Any]:
    given = {
        name: {key: value[key] for key in _GIVEN if key in value} for name, value in message.message_attributes.items()
    }
    trace = message.system_attributes.get("AWSTraceHeader")
    with calling(clients.url("sqs")):
        return call(
            clients,
            "sqs",
            "send_message",
            QueueUrl=url,
            MessageBody=message.body,
            MessageAttributes=given or None,
            MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": trace}} if trace else None,
            MessageGroupId=message.system_attributes.get("MessageGroupId"),
            MessageDeduplicationId=deduplication,
        )
