"""Conversations in DynamoDB, members beside them; conversation_items.py has the items."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from chat.adapters.clients import reaching
from chat.adapters.conversation_items import (
    MEMBER,
    META,
    conversation_item,
    conversation_of,
    left_item,
    member_item,
    member_key,
    member_of,
    meta_key,
)
from chat.adapters.items import Item, attribute, from_item, to_item
from chat.adapters.member_writes import MemberWrites
from chat.adapters.tables import get, get_all, query
from chat.adapters.transactions import transact
from chat.domain.errors import ConversationNotFoundError, KeyReusedError
from chat.domain.model import Conversation, Member
from chat.domain.ports import Made, Now

_INDEX = "member-index"
_KEPT_S = 24 * 3600
_REFUSED = "ConditionalCheckFailedException"
_IS_ID = re.compile(r"[0-9a-f]{32}").fullmatch


class TableConversations:
    """The port Conversations on one table."""

    def __init__(self, dynamodb: Any, table: str, now: Now) -> None:
        self._dynamodb, self._table, self._now = dynamodb, table, now
        self._writes = MemberWrites(table)

    def find(self, conversation_id: str, user_id: str) -> tuple[Conversation, Member] | None:
        # What comes from a path may be anything; DynamoDB refuses keys of more than 2,048 bytes.
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys
        if not _IS_ID(conversation_id):
            return None
        keys = [meta_key(conversation_id), member_key(conversation_id, user_id)]
        found = {item["entry"]["S"]: item for item in get_all(self._dynamodb, self._table, keys)}
        if len(found) < 2:
            return None
        return conversation_of(found[META]), member_of(found[f"{MEMBER}{user_id}"])

    def of(self, user_id: str) -> Sequence[Conversation]:
        listed = query(
            self._dynamodb,
            {
                "TableName": self._table,
                "IndexName": _INDEX,
                "KeyConditionExpression": "memberId = :member",
                "ExpressionAttributeValues": {":member": attribute(user_id)},
            },
        )
        keys = [meta_key(item["conversationId"]["S"]) for item in listed]
        return [conversation_of(item) for item in get_all(self._dynamodb, self._table, keys)]

    def memberships(self, user_id: str, conversation_ids: Collection[str]) -> Mapping[str, Member]:
        keys = [member_key(one, user_id) for one in conversation_ids]
        found = get_all(self._dynamodb, self._table, keys)
        return {item["conversationId"]["S"]: member_of(item) for item in found}

    def members(self, conversation_id: str) -> Sequence[Member]:
        listed = query(
            self._dynamodb,
            {
                "TableName": self._table,
                "KeyConditionExpression": "conversationId = :id AND begins_with(#entry, :member)",
                "ExpressionAttributeNames": {"#entry": "entry"},
                "ExpressionAttributeValues": {":id": attribute(conversation_id), ":member": attribute(MEMBER)},
                "ConsistentRead": True,
            },
        )
        return [member_of(item) for item in listed]

    def made(self, key: str) -> Made | None:
        item = get(self._dynamodb, self._table, _made_key(key))
        if not item:
            return None
        plain = from_item(item)
        if plain["ttl"] <= self._now():
            return None
        return Made(key, plain["fingerprint"], plain["made"], plain["wasNew"])

    def add(self, conversation: Conversation, members: Sequence[Member], made: Made | None) -> bool:
        new = {"ConditionExpression": "attribute_not_exists(conversationId)"}
        items = [conversation_item(conversation), *(member_item(conversation.conversation_id, one) for one in members)]
        writes: list[dict[str, Any]] = [{"Put": {"TableName": self._table, "Item": item, **new}} for item in items]
        if made is not None:
            writes.append(self._remember(made))
        failed = transact(self._dynamodb, writes)
        if made is not None and failed[-1]:
            raise KeyReusedError("This Idempotency-Key was used before.")
        return not any(failed)

    def remember(self, made: Made) -> None:
        if any(transact(self._dynamodb, [self._remember(made)])):
            raise KeyReusedError("This Idempotency-Key was used before.")

    def rename(self, conversation_id: str, name: str) -> None:
        self._update(
            meta_key(conversation_id),
            UpdateExpression="SET #name = :name",
            ConditionExpression="attribute_exists(conversationId)",
            ExpressionAttributeNames={"#name": "name"},
            ExpressionAttributeValues={":name": attribute(name)},
        )

    def join(self, conversation: Conversation, members: Sequence[Member]) -> bool:
        return not any(transact(self._dynamodb, self._writes.joining(conversation, members)))

    def leave(self, conversation: Conversation, user_id: str, heir: str | None, correlation_id: str = "") -> bool:
        left = left_item(conversation, user_id, correlation_id, int(self._now()))
        return not any(transact(self._dynamodb, self._writes.leaving(conversation, user_id, heir, left)))

    def read_up_to(self, conversation_id: str, user_id: str, seq: int) -> int:
        key = member_key(conversation_id, user_id)
        moved = self._update(
            key,
            UpdateExpression="SET readSeq = :seq",
            ConditionExpression="attribute_exists(conversationId) AND readSeq < :seq",
            ExpressionAttributeValues={":seq": attribute(seq)},
        )
        if moved:
            return seq
        found = get(self._dynamodb, self._table, key)
        if not found:
            raise ConversationNotFoundError("There is no such conversation.")
        return member_of(found).read_seq

    def _update(self, key: Item, **request: Any) -> bool:
        """False when the condition does not hold."""
        try:
            with reaching("DynamoDB", _REFUSED):
                self._dynamodb.update_item(TableName=self._table, Key=key, **request)
        except ClientError:
            return False
        return True

    def _remember(self, made: Made) -> dict[str, Any]:
        now = int(self._now())
        kept = to_item(
            {
                "fingerprint": made.fingerprint,
                "made": made.conversation_id,
                "wasNew": made.was_new,
                "ttl": now + _KEPT_S,
            }
        )
        return {
            "Put": {
                "TableName": self._table,
                "Item": _made_key(made.key) | kept,
                "ConditionExpression": "attribute_not_exists(conversationId) OR #ttl <= :now",
                "ExpressionAttributeNames": {"#ttl": "ttl"},
                "ExpressionAttributeValues": {":now": attribute(now)},
            }
        }


def _made_key(key: str) -> Item:
    return to_item({"conversationId": f"KEY#{key}", "entry": "KEY"})
