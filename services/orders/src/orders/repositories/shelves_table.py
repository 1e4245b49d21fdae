"""Fills the products' table by the hundred; catalogue_items.py says how products lie there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from orders.domain.catalogue import CatalogueEntry, NewEntry
from orders.repositories import catalogue_items as items
from orders.repositories.answering import RefusedError, answering
from orders.repositories.batch_reading import BATCH, read_all
from orders.repositories.batch_writing import write_all
from orders.repositories.plain_items import to_item
from orders.services.bulk_import import Known

LEASE_S = 60
"""Longer than the function's timeout: an import that was cut off is over when its lease is."""


class TableShelves:
    """Implements the port Shelves."""

    def __init__(self, client: Any, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client, self._table, self._sleep = client, table, sleep

    def reserve(self, moment: float) -> bool:
        lease = items.LEASE_KEY | to_item({"heldUntil": int(moment) + LEASE_S})
        try:
            with answering("products"):
                self._client.put_item(
                    TableName=self._table,
                    Item=lease,
                    ConditionExpression="attribute_not_exists(productId) OR heldUntil <= :now",
                    ExpressionAttributeValues=to_item({":now": int(moment)}),
                )
        except RefusedError:
            return False
        return True

    def release(self) -> None:
        with answering("products"):
            self._client.delete_item(TableName=self._table, Key=items.LEASE_KEY)

    def known(self, product_ids: Sequence[str]) -> Mapping[str, Known]:
        found: dict[str, Known] = {}
        for start in range(0, len(product_ids), BATCH):
            keys = [items.key(product_id) for product_id in product_ids[start : start + BATCH]]
            for values in read_all(self._client, self._table, keys, "products", self._sleep, ConsistentRead=True):
                entry = items.entry(values)
                found[entry.product_id] = Known(entry.details, entry.created_at, "shelf" in values)
        return found

    def add_all(self, entries: Sequence[CatalogueEntry]) -> frozenset[str]:
        with answering("products"):
            left = write_all(self._client, self._table, [items.item(entry) for entry in entries], self._sleep)
        return frozenset(item["productId"]["S"] for item in left)

    def update(self, new: NewEntry, known: Known, moment: datetime) -> None:
        wanted = items.attributes(new.product_id, new.details, known.created_at)
        sets = ", ".join(f"#{name} = :{name}" for name in wanted)
        values = {f":{name}": value for name, value in wanted.items()}
        with answering("products"):
            self._client.update_item(
                TableName=self._table,
                Key=items.key(new.product_id),
                UpdateExpression=f"SET {sets}, updatedAt = :moment, version = version + :one",
                ExpressionAttributeNames={f"#{name}": name for name in wanted},
                ExpressionAttributeValues=values | to_item({":moment": items.written(moment), ":one": 1}),
            )
