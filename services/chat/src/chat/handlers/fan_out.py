"""Hears of every new message, and of who joins and leaves, from the tables' streams: tells the sockets.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from chat import wiring
from chat.adapters.conversation_items import LEFT, MEMBER, message_of, passage_of
from chat.domain import happenings
from chat.domain.delivering import News
from chat.domain.model import Message, Passage
from chat.journal import Journal

_membership, _deliver = wiring.fan_out(wiring.environment())
_journal = Journal("Fanout")


def handler(event: Mapping[str, Any], context: Any) -> None:
    """Raises when sockets cannot be looked up: the batch comes again, and clients drop what they know."""
    began = time.time()
    records: Sequence[Mapping[str, Any]] = event["Records"]
    messages = [message_of(one) for one in _new(records, "M#")]
    passages = [passage_of(one) for one in _new(records, MEMBER, LEFT)]
    delivered = _deliver([*(_news(one, int(began * 1000)) for one in messages), *map(_told, passages)])
    known = (*(one.correlation_id for one in messages), *(one.correlation_id for one in passages))
    correlation_ids = [one for one in known if one]
    counts = {
        "MessagesFannedOut": len(messages),
        "TextsDelivered": delivered.texts,
        "SocketsGone": delivered.gone,
        "SocketsFailed": delivered.failed,
    }
    _journal.note(
        "WARNING" if delivered.failed else "INFO",
        "told",
        correlation_ids[0] if correlation_ids else str(getattr(context, "aws_request_id", "")),
        counts,
        streamMs=int(began * 1000) - messages[0].sent_at if messages else None,
        deliveryMs=int((time.time() - began) * 1000),
        correlationIds=correlation_ids,
    )


def _new(records: Sequence[Mapping[str, Any]], *prefixes: str) -> Sequence[Mapping[str, Any]]:
    """The items whose entry begins so, in the stream's order."""
    return [
        one["dynamodb"]["NewImage"] for one in records if one["dynamodb"]["Keys"]["entry"]["S"].startswith(prefixes)
    ]


def _news(message: Message, told_at: int) -> News:
    members = _membership(message.conversation_id, message.members_version)
    return News(members, happenings.message_arrived(message, told_at))


def _told(passage: Passage) -> News:
    return News([passage.user_id], happenings.membership_changed(passage.conversation_id, passage.change))
