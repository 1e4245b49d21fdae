"""The stand-in's ledger in a table of its own; the key is `paymentKey`."""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import ClientError

from orders.repositories.plain_items import from_item, to_item
from orders.stand_in.paying import Entry

_KEPT_S = 30 * 86_400


class TableLedger:
    """Implements Ledger."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def attempt(self, key: str) -> Entry:
        return self._update(key, "ADD attempts :one SET #ttl = :ttl", None, {":one": 1, ":ttl": _later()}, "#ttl")

    def take(self, key: str, amount: int) -> Entry:
        untouched = "attribute_not_exists(taken) AND attribute_not_exists(refunded)"
        try:
            return self._update(
                key, "SET taken = :amount ADD timesTaken :one", untouched, {":amount": amount, ":one": 1}
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
        return self.find(key)

    def give_back(self, key: str) -> Entry:
        return self._update(key, "SET refunded = :yes, #ttl = :ttl", None, {":yes": True, ":ttl": _later()}, "#ttl")

    def find(self, key: str) -> Entry:
        found = self._client.get_item(TableName=self._table, Key=to_item({"paymentKey": key}), ConsistentRead=True)
        return _entry(key, found.get("Item", {}))

    def _update(self, key: str, change: str, condition: str | None, values: dict[str, object], *names: str) -> Entry:
        asked: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        if names:
            asked["ExpressionAttributeNames"] = {name: name.removeprefix("#") for name in names}
        answer = self._client.update_item(
            TableName=self._table,
            Key=to_item({"paymentKey": key}),
            UpdateExpression=change,
            ExpressionAttributeValues=to_item(values),
            ReturnValues="ALL_NEW",
            **asked,
        )
        return _entry(key, answer["Attributes"])


def _entry(key: str, item: dict[str, Any]) -> Entry:
    values = from_item(item)
    return Entry(
        key, values.get("attempts", 0), values.get("taken", 0), values.get("timesTaken", 0), "refunded" in values
    )


def _later() -> int:
    return int(time.time()) + _KEPT_S
