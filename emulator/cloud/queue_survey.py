"""Every queue on a backend and how full it is.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling
from emulator.cloud.wanted import call
from emulator.errors import BackendRefusedError

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Queue:
    """Messages that can be received, that are in somebody's hands, that are delayed; and where its dead letters go."""

    name: str
    url: str
    arn: str
    depth: int
    in_flight: int
    delayed: int
    dead_letter_arn: str | None = None

    @property
    def messages(self) -> int:
        return self.depth + self.in_flight + self.delayed


def survey(clients: Clients) -> list[Queue]:
    """In the order of their names."""
    found = [queue for url in _urls(clients) if (queue := describe(clients, url)) is not None]
    return sorted(found, key=lambda queue: queue.name)


def describe(clients: Clients, url: str) -> Queue | None:
    """None when it was deleted just now."""
    try:
        with calling(clients.url("sqs")):
            answer = call(clients, "sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["All"])
    except BackendRefusedError:
        return None
    attributes = answer.get("Attributes") or {}
    policy = json.loads(attributes.get("RedrivePolicy") or "{}")
    return Queue(
        name=url.rpartition("/")[2],
        url=url,
        arn=attributes.get("QueueArn", ""),
        depth=int(attributes.get("ApproximateNumberOfMessages", 0)),
        in_flight=int(attributes.get("ApproximateNumberOfMessagesNotVisible", 0)),
        delayed=int(attributes.get("ApproximateNumberOfMessagesDelayed", 0)),
        dead_letter_arn=policy.get("deadLetterTargetArn"),
    )


def sources_of(dead_letters: Queue, queues: Collection[Queue]) -> list[Queue]:
    """The queues whose dead-letter queue this is."""
    return [queue for queue in queues if queue.dead_letter_arn == dead_letters.arn]


def _urls(clients: Clients) -> Iterator[str]:
    token = None
    while True:
        with calling(clients.url("sqs")):
            page = call(clients, "sqs", "list_queues", MaxResults=_PAGE, NextToken=token)
        yield from page.get("QueueUrls") or ()
        token = page.get("NextToken")
        if not token:
            return
