"""Counters beside the people: one item a name and stretch of time, which DynamoDB deletes when the stretch is over."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from chat.adapters.clients import reaching
from chat.adapters.items import Item, attribute
from chat.domain.ports import Now


class TableCounters:
    """The port Counters. Stretches begin at multiples of their length."""

    def __init__(self, dynamodb: Any, table: str, now: Now) -> None:
        self._dynamodb, self._table, self._now = dynamodb, table, now

    def take(self, name: str, most: int, window_s: int) -> int:
        """Raises UnavailableError."""
        now = self._now()
        ends = (int(now) // window_s + 1) * window_s
        try:
            with reaching("DynamoDB", "ConditionalCheckFailedException"):
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=self._key(name, window_s),
                    UpdateExpression="ADD taken :one SET #ttl = :ends",
                    ConditionExpression="attribute_not_exists(taken) OR taken < :most",
                    ExpressionAttributeNames={"#ttl": "ttl"},
                    ExpressionAttributeValues={
                        ":one": attribute(1),
                        ":most": attribute(most),
                        ":ends": attribute(ends + window_s),
                    },
                )
        except ClientError:
            return max(1, int(ends - now))
        return 0

    def reset(self, name: str, window_s: int) -> None:
        with reaching("DynamoDB"):
            self._dynamodb.delete_item(TableName=self._table, Key=self._key(name, window_s))

    def _key(self, name: str, window_s: int) -> Item:
        return {"userId": attribute(f"count#{name}#{int(self._now()) // window_s}")}
