"""The catalogue in the products' table: catalogue_items.py says how it lies there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from orders.domain.catalogue import CatalogueEntry, Details
from orders.domain.errors import ConflictError, NotFoundError, UnavailableError
from orders.repositories import catalogue_items as items
from orders.repositories.answering import RefusedError, answering
from orders.repositories.catalogue_search import CatalogueSearch
from orders.repositories.plain_items import from_item, to_item


class TableCatalogue(CatalogueSearch):
    """Implements the port Catalogue."""

    def find(self, product_id: str) -> CatalogueEntry | None:
        with answering("products"):
            answer = self._client.get_item(TableName=self._table, Key=items.key(product_id), ConsistentRead=True)
        found = answer.get("Item", {})
        return items.entry(from_item(found)) if "shelf" in found else None

    def add(self, entry: CatalogueEntry) -> None:
        """In one transaction with a look at the lease: an import writes without conditions."""
        put = {
            "TableName": self._table,
            "Item": items.item(entry),
            "ConditionExpression": "attribute_not_exists(productId)",
        }
        no_import = {
            "TableName": self._table,
            "Key": items.LEASE_KEY,
            "ConditionExpression": "attribute_not_exists(productId) OR heldUntil <= :now",
            "ExpressionAttributeValues": to_item({":now": int(entry.created_at.timestamp())}),
        }
        try:
            with answering("products"):
                self._client.transact_write_items(TransactItems=[{"Put": put}, {"ConditionCheck": no_import}])
        except UnavailableError as failure:
            _refuse_addition(failure)

    def change(self, product_id: str, details: Details, moment: datetime, seen_version: int | None) -> CatalogueEntry:
        before = self.find(product_id)
        if before is None:
            raise NotFoundError("product", product_id)
        seen = before.version if seen_version is None else seen_version
        wanted = items.attributes(product_id, details, before.created_at)
        try:
            return self._update(product_id, wanted, moment, "version = :seen AND attribute_exists(shelf)", seen)
        except RefusedError:
            raise ConflictError("changed_meanwhile", "The product has just been changed; read it again.") from None

    def move_stock(self, product_id: str, difference: int) -> CatalogueEntry:
        try:
            with answering("products"):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=items.key(product_id),
                    UpdateExpression="SET stock = stock + :difference",
                    ConditionExpression="attribute_exists(shelf) AND stock >= :least",
                    ExpressionAttributeValues=to_item({":difference": difference, ":least": -difference}),
                    ReturnValues="ALL_NEW",
                )
        except RefusedError:
            if self.find(product_id) is None:
                raise NotFoundError("product", product_id) from None
            raise ConflictError("stock_too_low", "Less than nothing would be left.") from None
        return items.entry(from_item(answer["Attributes"]))

    def withdraw(self, product_id: str, moment: datetime) -> None:
        try:
            with answering("products"):
                self._client.update_item(
                    TableName=self._table,
                    Key=items.key(product_id),
                    UpdateExpression="SET updatedAt = :moment, version = version + :one REMOVE shelf, categoryShelf",
                    ConditionExpression="attribute_exists(shelf)",
                    ExpressionAttributeValues=to_item({":moment": items.written(moment), ":one": 1}),
                )
        except RefusedError:
            raise NotFoundError("product", product_id) from None

    def _update(
        self, product_id: str, wanted: dict[str, Any], moment: datetime, condition: str, seen: int
    ) -> CatalogueEntry:
        sets = ", ".join(f"#{name} = :{name}" for name in wanted)
        values = {f":{name}": value for name, value in wanted.items()}
        with answering("products"):
            answer = self._client.update_item(
                TableName=self._table,
                Key=items.key(product_id),
                UpdateExpression=f"SET {sets}, updatedAt = :moment, version = :seen + :one",
                ConditionExpression=condition,
                ExpressionAttributeNames={f"#{name}": name for name in wanted},
                ExpressionAttributeValues=values
                | to_item({":moment": items.written(moment), ":seen": seen, ":one": 1}),
                ReturnValues="ALL_NEW",
            )
        return items.entry(from_item(answer["Attributes"]))


def _refuse_addition(failure: UnavailableError) -> None:
    """A cancelled transaction says for each of its writes why."""
    cause = failure.__cause__
    reasons = cause.response.get("CancellationReasons", []) if isinstance(cause, ClientError) else []
    taken, importing = ([reason.get("Code") for reason in reasons] + [None, None])[:2]
    if taken == "ConditionalCheckFailed":
        raise ConflictError("already_exists", "There is a product with this id.") from None
    if importing == "ConditionalCheckFailed":
        raise ConflictError("import_running", "An import is running; try again when it is done.") from None
    raise failure
