"""Hears of every new message, and of who joins and leaves, from the tables' streams: tells the sockets.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from chat import wiring
from chat.adapters.conversation_items import MEMBER, message_of
from chat.domain import happenings
from chat.domain.delivering import News
from chat.domain.model import Message
from chat.journal import Journal

_membership, _deliver = wiring.fan_out(wiring.environment())
_journal = Journal("Fanout")


def handler(event: Mapping[str, Any], context: Any) -> None:
    """Raises when sockets cannot be looked up: the batch comes again, and clients drop what they know."""
    began = time.time()
    records: Sequence[Mapping[str, Any]] = event["Records"]
    messages = [message_of(one["dynamodb"]["NewImage"]) for one in records if _entry(one).startswith("M#")]
    changes = [_change(one) for one in records if _entry(one).startswith(MEMBER)]
    delivered = _deliver([*(_news(message, int(began * 1000)) for message in messages), *changes])
    counts = {
        "MessagesFannedOut": len(messages),
        "TextsDelivered": delivered.texts,
        "SocketsGone": delivered.gone,
        "SocketsFailed": delivered.failed,
    }
    _journal.note(
        "WARNING" if delivered.failed else "INFO",
        "told",
        messages[0].correlation_id if messages else str(getattr(context, "aws_request_id", "")),
        counts,
        streamMs=int(began * 1000) - messages[0].sent_at if messages else None,
        deliveryMs=int((time.time() - began) * 1000),
        correlationIds=[one.correlation_id for one in messages],
    )


def _entry(record: Mapping[str, Any]) -> str:
    return str(record["dynamodb"]["Keys"]["entry"]["S"])


def _news(message: Message, told_at: int) -> News:
    members = _membership(message.conversation_id, message.members_version)
    return News(members, happenings.message_arrived(message, told_at))


def _change(record: Mapping[str, Any]) -> News:
    keys = record["dynamodb"]["Keys"]
    change = "joined" if record["eventName"] == "INSERT" else "left"
    text = happenings.membership_changed(keys["conversationId"]["S"], change)
    return News([_entry(record).removeprefix(MEMBER)], text)
