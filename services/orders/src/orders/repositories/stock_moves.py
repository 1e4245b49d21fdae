"""Moves stock once for an Idempotency-Key: the move and its answer are written together, or not at all.

An answer lies in the products' table for a day under productId = "#move#<id of the request>".
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from random import uniform
from typing import Any

from botocore.exceptions import ClientError

from orders.domain.catalogue import CatalogueEntry
from orders.domain.errors import ConflictError, NotFoundError, UnavailableError
from orders.domain.idempotency import Request
from orders.repositories import catalogue_items as items
from orders.repositories.answering import answering
from orders.repositories.plain_items import from_item, to_item

_KEPT_S = 24 * 3600
_TRIES = 8


class TableStockMoves:
    """Implements the port StockMoves."""

    def __init__(self, client: Any, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client, self._table, self._sleep = client, table, sleep

    def move_once(self, product_id: str, difference: int, request: Request) -> CatalogueEntry:
        record = items.key("#move#" + request.id_for(lambda: ""))
        for attempt in range(_TRIES):
            found = self._read(record)
            if found:
                request.require_same(found["fingerprint"])
                return items.entry(found["answer"])
            before = self._on_sale(product_id)
            if before.stock + difference < 0:
                raise ConflictError("stock_too_low", "Less than nothing would be left.")
            after = replace(before, stock=before.stock + difference)
            if self._written(before, after, record, request.fingerprint):
                return after
            self._sleep(uniform(0, 0.02 * 2**attempt))
        raise UnavailableError("products: too many writers of the same stock")

    def _on_sale(self, product_id: str) -> CatalogueEntry:
        values = self._read(items.key(product_id))
        if "shelf" not in values:
            raise NotFoundError("product", product_id)
        return items.entry(values)

    def _read(self, key: dict[str, Any]) -> dict[str, Any]:
        with answering("products"):
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_item(answer.get("Item", {}))

    def _written(self, before: CatalogueEntry, after: CatalogueEntry, record: dict[str, Any], fingerprint: str) -> bool:
        """False when somebody else was faster, with the stock or with this very request."""
        answer = {"M": items.item(after)}
        kept = {"fingerprint": {"S": fingerprint}, "answer": answer, "ttl": {"N": str(int(time.time()) + _KEPT_S)}}
        put = {
            "TableName": self._table,
            "Item": record | kept,
            "ConditionExpression": "attribute_not_exists(productId)",
        }
        update = {
            "TableName": self._table,
            "Key": items.key(after.product_id),
            "UpdateExpression": "SET stock = :after",
            "ConditionExpression": "stock = :before AND attribute_exists(shelf)",
            "ExpressionAttributeValues": to_item({":before": before.stock, ":after": after.stock}),
        }
        try:
            with answering("products"):
                self._client.transact_write_items(TransactItems=[{"Put": put}, {"Update": update}])
        except UnavailableError as failure:
            cause = failure.__cause__
            if isinstance(cause, ClientError) and cause.response["Error"]["Code"] == "TransactionCanceledException":
                return False
            raise
        return True
