"""Messages in DynamoDB: numbered by the conversation in the same transaction, so that no number is missing or twice.

The table's stream has a conversation's messages in the order of their numbers: they share a partition key, and each
could only be written after the one before. conversation_items.py has the items.
"""

from __future__ import annotations

from typing import Any

from chat.adapters.clients import reaching
from chat.adapters.conversation_items import (
    client_id_key,
    member_key,
    message_entry,
    message_item,
    message_key,
    message_of,
    meta_key,
    preview,
)
from chat.adapters.items import attribute, from_item, to_item
from chat.adapters.tables import get
from chat.adapters.transactions import transact
from chat.domain.errors import ForgedTokenError
from chat.domain.model import Conversation, Message
from chat.domain.ports import Now, Page, Stored

_REMEMBERED_S = 24 * 3600


class TableMessages:
    """The port Messages on two tables."""

    def __init__(self, dynamodb: Any, messages: str, conversations: str, now: Now) -> None:
        self._dynamodb, self._messages, self._conversations, self._now = dynamodb, messages, conversations, now

    def store(self, message: Message, conversation: Conversation, key: str | None = None) -> Stored:
        names = [self._name(message, one) for one in dict.fromkeys([message.client_id, key]) if one is not None]
        writes = [
            *names,
            {"Put": {"TableName": self._messages, "Item": message_item(message), **_is_new()}},
            self._counted(message, conversation),
            self._read(message),
        ]
        failed = transact(self._dynamodb, writes)
        # The names first: who repeats a message is late by its very number.
        if any(failed[: len(names)]):
            return Stored.REPEATED
        return Stored.OVERTAKEN if any(failed) else Stored.STORED

    def sent(self, conversation_id: str, sender_id: str, client_id: str) -> Message | None:
        found = get(self._dynamodb, self._messages, client_id_key(conversation_id, sender_id, client_id))
        if not found:
            return None
        message = get(self._dynamodb, self._messages, message_key(conversation_id, from_item(found)["seq"]))
        return message_of(message) if message else None

    def newest(self, conversation_id: str, limit: int, position: str | None) -> Page[Message]:
        before = message_entry(_seq(position)) if position is not None else "M#~"
        with reaching("DynamoDB"):
            answer = self._dynamodb.query(
                TableName=self._messages,
                KeyConditionExpression="conversationId = :id AND #entry BETWEEN :first AND :before",
                ExpressionAttributeNames={"#entry": "entry"},
                ExpressionAttributeValues={
                    ":id": attribute(conversation_id),
                    ":first": attribute("M#"),
                    ":before": attribute(before),
                },
                ScanIndexForward=False,
                Limit=limit,
                ConsistentRead=True,
            )
        messages = [message_of(item) for item in answer["Items"]]
        more = len(messages) == limit and messages[-1].seq > 1
        return Page(messages, str(messages[-1].seq - 1) if more else None)

    def _name(self, message: Message, name: str) -> dict[str, Any]:
        """By which the sender knows the message: its client id, or an Idempotency-Key in the form of one."""
        now = int(self._now())
        key = client_id_key(message.conversation_id, message.sender_id, name)
        return {
            "Put": {
                "TableName": self._messages,
                "Item": key | to_item({"seq": message.seq, "ttl": now + _REMEMBERED_S}),
                "ConditionExpression": "attribute_not_exists(conversationId) OR #ttl <= :now",
                "ExpressionAttributeNames": {"#ttl": "ttl"},
                "ExpressionAttributeValues": {":now": attribute(now)},
            }
        }

    def _counted(self, message: Message, conversation: Conversation) -> dict[str, Any]:
        """Also holds the conversation to the members that the message names."""
        return {
            "Update": {
                "TableName": self._conversations,
                "Key": meta_key(message.conversation_id),
                "UpdateExpression": "SET lastSeq = :seq, lastMessage = :message",
                "ConditionExpression": "lastSeq = :seen AND membersVersion = :version",
                "ExpressionAttributeValues": {
                    ":seq": attribute(message.seq),
                    ":message": preview(message),
                    ":seen": attribute(conversation.last_seq),
                    ":version": attribute(conversation.members_version),
                },
            }
        }

    def _read(self, message: Message) -> dict[str, Any]:
        """Who writes has read; and who is no member any more cannot write."""
        return {
            "Update": {
                "TableName": self._conversations,
                "Key": member_key(message.conversation_id, message.sender_id),
                "UpdateExpression": "SET readSeq = :seq",
                "ConditionExpression": "attribute_exists(conversationId)",
                "ExpressionAttributeValues": {":seq": attribute(message.seq)},
            }
        }


def _is_new() -> dict[str, str]:
    return {"ConditionExpression": "attribute_not_exists(conversationId)"}


def _seq(position: str) -> int:
    if not position.isdigit():
        raise ForgedTokenError("nextToken is not one of ours.")
    return int(position)
