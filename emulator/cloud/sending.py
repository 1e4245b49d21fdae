"""Sends what a person wrote to a queue, a topic, a bus or a bucket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.failures import calling
from emulator.cloud.inventory import Place
from emulator.cloud.queue_client import string_attributes
from emulator.cloud.wanted import call
from emulator.errors import BackendRefusedError


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent. `group` and `dedup` are for FIFO, `subject` for topics, `detail_type` and `source` for buses,
    `key` and `content_type` for buckets."""

    body: bytes
    attributes: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None
    dedup: str | None = None
    subject: str | None = None
    detail_type: str = "Message"
    source: str = "terrarium"
    key: str | None = None
    content_type: str | None = None


def send(clients: Clients, place: Place, letter: Letter) -> str:
    """ "message id …", "event id …" or "ETag …"; raises BackendRefusedError and BackendUnavailableError."""
    ways = {"queue": _to_queue, "topic": _to_topic, "bus": _to_bus, "bucket": _to_bucket}
    service = {"queue": "sqs", "topic": "sns", "bus": "events", "bucket": "s3"}[place.kind]
    with calling(clients.url(service)):
        return ways[place.kind](clients, place, letter)


def _to_queue(clients: Clients, place: Place, letter: Letter) -> str:
    answer = call(
        clients,
        "sqs",
        "send_message",
        QueueUrl=place.id,
        MessageBody=letter.body.decode(),
        MessageAttributes=string_attributes(letter.attributes),
        **_order(letter),
    )
    return f"message id {answer['MessageId']}"


def _to_topic(clients: Clients, place: Place, letter: Letter) -> str:
    answer = call(
        clients,
        "sns",
        "publish",
        TopicArn=place.id,
        Message=letter.body.decode(),
        Subject=letter.subject,
        MessageAttributes=string_attributes(letter.attributes),
        **_order(letter),
    )
    return f"message id {answer['MessageId']}"


def _to_bus(clients: Clients, place: Place, letter: Letter) -> str:
    entry = {
        "Source": letter.source,
        "DetailType": letter.detail_type,
        "Detail": letter.body.decode(),
        "EventBusName": place.id,
    }
    answer = call(clients, "events", "put_events", Entries=[entry])
    if answer.get("FailedEntryCount"):
        found = answer["Entries"][0]
        raise BackendRefusedError(
            "The bus refused the event", where=place.name, found=f"{found['ErrorCode']}: {found['ErrorMessage']}"
        )
    return f"event id {answer['Entries'][0]['EventId']}"


def _to_bucket(clients: Clients, place: Place, letter: Letter) -> str:
    answer = call(
        clients,
        "s3",
        "put_object",
        Bucket=place.id,
        Key=letter.key,
        Body=letter.body,
        ContentType=letter.content_type,
        Metadata=dict(letter.attributes) or None,
    )
    return f"ETag {answer['ETag']}"


def _order(letter: Letter) -> dict[str, Any]:
    return {"MessageGroupId": letter.group, "MessageDeduplicationId": letter.dedup}
