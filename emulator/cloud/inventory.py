"""Queues, topics, buses and buckets on a backend: whatever a person can send something to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling
from emulator.cloud.wanted import call

Kind = Literal["queue", "topic", "bus", "bucket"]


@dataclass(frozen=True, slots=True)
class Place:
    """`id` is what its API takes: a queue's URL, a topic's ARN, the name of a bus or bucket."""

    kind: Kind
    name: str
    id: str

    def is_called(self, text: str) -> bool:
        """By name, ARN or queue URL. A queue has several URLs that differ in the host."""
        if text.startswith("arn:"):
            service, last = text.split(":")[2], text.rpartition(":")[2].removeprefix("event-bus/")
            return (service, last) == (_SERVICES[self.kind], self.name)
        if "://" in text:
            return self.kind == "queue" and text.split("/")[-2:] == self.id.split("/")[-2:]
        return text == self.name


_SERVICES: dict[Kind, str] = {"queue": "sqs", "topic": "sns", "bus": "events", "bucket": "s3"}


def inventory(clients: Clients) -> list[Place]:
    """Everything of the account and region."""
    places = [Place("queue", url.rpartition("/")[2], url) for url in _all(clients, "sqs", "list_queues", "QueueUrls")]
    topics = _all(clients, "sns", "list_topics", "Topics")
    places += [Place("topic", topic["TopicArn"].rpartition(":")[2], topic["TopicArn"]) for topic in topics]
    buses = _all(clients, "events", "list_event_buses", "EventBuses")
    places += [Place("bus", bus["Name"], bus["Name"]) for bus in buses]
    buckets = _all(clients, "s3", "list_buckets", "Buckets")
    return [*places, *(Place("bucket", bucket["Name"], bucket["Name"]) for bucket in buckets)]


def _all(clients: Clients, service: str, operation: str, key: str) -> Iterator[Any]:
    token = None
    with calling(clients.url(service)):
        while True:
            page = call(clients, service, operation, **({"NextToken": token} if token else {}))
            yield from page.get(key) or ()
            token = page.get("NextToken")
            if not token:
                return
