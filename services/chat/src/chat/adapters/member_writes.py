"""The writes by which people join and leave: each a transaction that holds only while nobody else does the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chat.adapters.conversation_items import member_item, member_key, meta_key
from chat.adapters.items import Item, attribute
from chat.domain.model import Conversation, Member, Role

_EXISTS = {"ConditionExpression": "attribute_exists(conversationId)"}
_IS_NEW = {"ConditionExpression": "attribute_not_exists(conversationId)"}


@dataclass(frozen=True, slots=True)
class MemberWrites:
    """Of one table."""

    table: str

    def joining(self, conversation: Conversation, members: Sequence[Member]) -> Sequence[dict[str, Any]]:
        """Fails unless nobody joined or left since `conversation` was read."""
        items = [member_item(conversation.conversation_id, one) for one in members]
        puts = [{"Put": {"TableName": self.table, "Item": item, **_IS_NEW}} for item in items]
        return [self._counted(conversation, len(members)), *puts]

    def leaving(
        self, conversation: Conversation, user_id: str, heir: str | None, left: Item
    ) -> Sequence[dict[str, Any]]:
        """As `joining`; the heir becomes the owner. `left` says so in the stream."""
        key = member_key(conversation.conversation_id, user_id)
        writes = [
            self._counted(conversation, -1),
            {"Delete": {"TableName": self.table, "Key": key, **_EXISTS}},
            {"Put": {"TableName": self.table, "Item": left}},
        ]
        if heir is not None:
            writes.append(self._promoted(conversation.conversation_id, heir))
        return writes

    def _counted(self, conversation: Conversation, more: int) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self.table,
                "Key": meta_key(conversation.conversation_id),
                "UpdateExpression": "ADD memberCount :more, membersVersion :one",
                "ConditionExpression": "membersVersion = :seen",
                "ExpressionAttributeValues": {
                    ":more": attribute(more),
                    ":one": attribute(1),
                    ":seen": attribute(conversation.members_version),
                },
            }
        }

    def _promoted(self, conversation_id: str, user_id: str) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self.table,
                "Key": member_key(conversation_id, user_id),
                "UpdateExpression": "SET #role = :owner",
                "ExpressionAttributeNames": {"#role": "role"},
                "ExpressionAttributeValues": {":owner": attribute(Role.OWNER.value)},
                **_EXISTS,
            }
        }
