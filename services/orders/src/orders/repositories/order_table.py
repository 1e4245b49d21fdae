"""Orders, and the stock in the products' table that moves with them; order_items.py says how orders lie."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from random import random
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orders.domain.errors import ConflictError, OutOfStockError, UnavailableError
from orders.domain.order import Order, Status
from orders.repositories import order_items as items
from orders.repositories.answering import RefusedError, answering
from orders.repositories.batch_reading import BATCH, read_all
from orders.repositories.plain_items import from_item, to_item
from orders.services.ports import OrderPage

_REFUSED = "ConditionalCheckFailed"
_TRIES = 8
_SHORTEST_PAUSE_S = 0.02


class TableOrders:
    """Implements the port Orders."""

    def __init__(self, client: Any, orders: str, products: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client, self._orders, self._products, self._sleep = client, orders, products, sleep

    def find(self, order_id: str) -> Order | None:
        with answering("orders"):
            answer = self._client.get_item(TableName=self._orders, Key=items.key(order_id), ConsistentRead=True)
        return items.order(from_item(answer["Item"])) if "Item" in answer else None

    def add(self, order: Order) -> bool:
        try:
            with answering("orders"):
                self._client.put_item(
                    TableName=self._orders,
                    Item=items.item(order),
                    ConditionExpression="attribute_not_exists(orderId)",
                )
        except RefusedError:
            return False
        return True

    def save(self, order: Order, stock: Mapping[str, int]) -> None:
        put = self._put(order)
        moves = {product_id: units for product_id, units in stock.items() if units}
        try:
            if moves:
                self._write([{"Put": put}, *(self._move(*one) for one in moves.items())], tuple(moves))
            else:
                with answering("orders"):
                    self._client.put_item(**put)
        except RefusedError:
            raise ConflictError("changed_meanwhile", "The order has just been changed; read it again.") from None

    def of_customer(self, customer_id: str, limit: int, position: str | None, status: Status | None) -> OrderPage:
        return self._page("customer", customer_id, limit, position, status)

    def in_state(self, status: Status, limit: int, position: str | None) -> OrderPage:
        return self._page("status", status.value, limit, position, None)

    def due(self, now: datetime) -> Iterator[Sequence[Order]]:
        pages = self._client.get_paginator("query")
        for partition in items.DUE_PARTITIONS:
            with answering("orders"):
                for page in pages.paginate(
                    TableName=self._orders,
                    IndexName="due-index",
                    KeyConditionExpression="duePartition = :partition AND dueAt <= :now",
                    ExpressionAttributeValues=to_item({":partition": partition, ":now": int(now.timestamp())}),
                    PaginationConfig={"PageSize": BATCH},
                ):
                    yield self._read([str(found["orderId"]["S"]) for found in page["Items"]])

    def _read(self, order_ids: Sequence[str]) -> Sequence[Order]:
        """Those that are still there, in the order asked for."""
        keys = [items.key(order_id) for order_id in order_ids]
        read = read_all(self._client, self._orders, keys, "orders", self._sleep, ConsistentRead=True)
        found = {order.order_id: order for order in map(items.order, read)}
        return [found[order_id] for order_id in order_ids if order_id in found]

    def _put(self, order: Order) -> dict[str, Any]:
        return {
            "TableName": self._orders,
            "Item": items.item(order),
            "ConditionExpression": "version = :before",
            "ExpressionAttributeValues": to_item({":before": order.version - 1}),
        }

    def _move(self, product_id: str, units: int) -> dict[str, Any]:
        """Takes units only while there are enough on sale; returns them to whatever is left of the product."""
        enough = "stock >= :taken AND attribute_exists(shelf)"
        values = {":units": units, ":taken": -units} if units < 0 else {":units": units}
        return {
            "Update": {
                "TableName": self._products,
                "Key": to_item({"productId": product_id}),
                "UpdateExpression": "ADD stock :units",
                "ConditionExpression": enough if units < 0 else "attribute_exists(productId)",
                "ExpressionAttributeValues": to_item(values),
            }
        }

    def _write(self, writes: list[dict[str, Any]], product_ids: tuple[str, ...]) -> None:
        """Everything or nothing. Another transaction on the same product is no reason to give up at once.

        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
        """
        for attempt in range(_TRIES):
            try:
                self._client.transact_write_items(TransactItems=writes)
                return
            except ClientError as error:
                self._judge(error, product_ids)
            except BotoCoreError as error:
                raise UnavailableError(f"orders: {error}") from error
            self._sleep(random() * _SHORTEST_PAUSE_S * 2**attempt)
        raise UnavailableError("orders: too many transactions on the same products")

    def _judge(self, error: ClientError, product_ids: tuple[str, ...]) -> None:
        """Returns when it is worth another try."""
        if error.response["Error"]["Code"] != "TransactionCanceledException":
            raise UnavailableError(f"orders: {error}") from error
        reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]
        if reasons[:1] == [_REFUSED]:
            raise RefusedError("orders")
        missing = [product for product, why in zip(product_ids, reasons[1:], strict=False) if why == _REFUSED]
        if missing:
            raise OutOfStockError(tuple(missing)) from error
        if "TransactionConflict" not in reasons:
            raise UnavailableError(f"orders: {error}") from error

    def _page(self, index: str, partition: str, limit: int, position: str | None, status: Status | None) -> OrderPage:
        attribute = {"customer": "customerId", "status": "status"}[index]
        names, values = {"#partition": attribute}, {":partition": partition}
        condition, asked = "#partition = :partition", {}
        if position is not None:
            condition, values[":after"] = f"{condition} AND {index}Place < :after", position
        if status is not None:
            names["#status"], values[":status"] = "status", status.value
            asked["FilterExpression"] = "#status = :status"
        with answering("orders"):
            answer = self._client.query(
                TableName=self._orders,
                IndexName=f"{index}-index",
                KeyConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=to_item(values),
                ScanIndexForward=False,
                Limit=limit,
                **asked,
            )
        last = answer.get("LastEvaluatedKey")
        found = tuple(items.order(from_item(one)) for one in answer["Items"])
        return OrderPage(found, last[f"{index}Place"]["S"] if last else None)
