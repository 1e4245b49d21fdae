"""Sends messages to the queues of applications/parcels, whatever happens, and reads what its functions saw."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.e2e.terrarium_command import Terrarium, aws

SENDERS = 4
GROUPS = 20
_BATCH = 10
_COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True)
class ParcelService:
    """`parcels` and `letters` are queues' URLs, `seen` is the table of what the functions were handed, and when."""

    terrarium: Terrarium
    endpoint: str
    parcels: str
    letters: str
    seen: str

    @classmethod
    def of(cls, terrarium: Terrarium) -> ParcelService:
        system = terrarium.system("parcels")
        outputs = system["outputs"]
        endpoint = terrarium.status()["backend"]["endpoint"]
        return cls(terrarium, endpoint, outputs["Parcels"], outputs["Letters"], outputs["Seen"])

    def start_sending(self, count: int) -> list[Future[None]]:
        """Half parcels, half letters in GROUPS message groups, from SENDERS threads."""
        senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="sender")
        return [senders.submit(self._send_share, count, sender) for sender in range(SENDERS)]

    def left(self) -> int:
        """Messages that are not handled yet, as the queues count them; raises when the backend is away."""
        sqs = aws("sqs", self.endpoint)
        counts = [
            sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[*_COUNTS])["Attributes"]
            for url in (self.parcels, self.letters)
        ]
        return sum(int(count[name]) for count in counts for name in _COUNTS)

    def drained(self) -> bool:
        try:
            return self.left() == 0
        except (BotoCoreError, ClientError):
            return False

    def appearances(self) -> dict[str, list[str]]:
        """Message -> when it was handed to a function, in order."""
        seen: dict[str, list[str]] = defaultdict(list)
        pages = aws("dynamodb", self.endpoint).get_paginator("scan").paginate(TableName=self.seen)
        for item in (item for page in pages for item in page["Items"]):
            seen[item["id"]["S"]].append(item["at"]["S"])
        return {message: sorted(times) for message, times in seen.items()}

    def _send_share(self, count: int, sender: int) -> None:
        sqs = aws("sqs", self.endpoint)
        for batch in batches(parcels(count)[sender::SENDERS]):
            send_surely(sqs, self.parcels, [entry(body) for body in batch])
        groups = [letters(count, group) for group in range(sender, GROUPS, SENDERS)]
        for chunks in zip(*(batches(group) for group in groups), strict=True):
            for chunk in chunks:
                send_surely(sqs, self.letters, [in_group(body) for body in chunk])


def parcels(count: int) -> list[str]:
    return [f"parcel-{number}" for number in range(count // 2)]


def letters(count: int, group: int) -> list[str]:
    """The letters of one message group, in order."""
    return [f"letter-{group}-{number}" for number in range(count // 2 // GROUPS)]


def batches(bodies: Sequence[str]) -> Iterator[Sequence[str]]:
    return (bodies[start : start + _BATCH] for start in range(0, len(bodies), _BATCH))


def entry(body: str) -> dict[str, Any]:
    return {"Id": body, "MessageBody": body}


def in_group(body: str) -> dict[str, Any]:
    return {**entry(body), "MessageGroupId": body.rsplit("-", 1)[0], "MessageDeduplicationId": body}


def send_surely(sqs: Any, url: str, entries: list[dict[str, Any]]) -> None:
    """As boto3 does: a send that was not answered is sent again, and may then be there twice (once, with FIFO)."""
    while True:
        try:
            answer = sqs.send_message_batch(QueueUrl=url, Entries=entries)
        except (BotoCoreError, ClientError):
            threading.Event().wait(0.1)
        else:
            assert not answer.get("Failed"), answer
            return
