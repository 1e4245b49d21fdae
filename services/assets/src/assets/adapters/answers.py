"""What an Idempotency-Key was answered: an item beside the others, under a key that no id can have."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from assets.adapters.clients import reaching
from assets.adapters.items import attribute, from_item, to_item
from assets.domain.idempotency import KEPT_S
from assets.domain.ports import Answered, Now

FREE = "(attribute_not_exists(#key) OR #ttl <= :now)"
"""Condition: nothing is there, or something that only waits for DynamoDB to delete it."""
FREE_NAMES = {"#ttl": "ttl"}


@dataclass(frozen=True, slots=True)
class AnswerItems:
    """Items of one table, whose partition key has the name `key`."""

    dynamodb: Any
    table: str
    key: str
    now: Now

    def read(self, idempotency_key: str) -> Answered | None:
        with reaching("DynamoDB"):
            found = self.dynamodb.get_item(
                TableName=self.table, Key={self.key: attribute(_id(idempotency_key))}, ConsistentRead=True
            ).get("Item")
        if found is None:
            return None
        item = from_item(found)
        if item["ttl"] <= self.now():
            return None
        return Answered(idempotency_key, item["fingerprint"], item["answer"])

    def write(self, answered: Answered) -> dict[str, Any]:
        """For a transaction: fails when the key was stored before."""
        now = int(self.now())
        item: dict[str, str | int | None] = {
            self.key: _id(answered.key),
            "fingerprint": answered.fingerprint,
            "answer": answered.answer,
            "ttl": now + KEPT_S,
        }
        return {
            "Put": {
                "TableName": self.table,
                "Item": to_item(item),
                "ConditionExpression": FREE,
                "ExpressionAttributeNames": {"#key": self.key, **FREE_NAMES},
                "ExpressionAttributeValues": {":now": attribute(now)},
            }
        }


def _id(idempotency_key: str) -> str:
    # Keys are the caller's and may be anything; a digest has one length and no surprises.
    return f"idempotency#{sha256(idempotency_key.encode()).hexdigest()}"
