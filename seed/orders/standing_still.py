"""Orders that are pending or reserved move on by themselves within a moment. Those of the demo stand still.

They are written as they lie in the table, with nothing that is due, so that there is always one to look at. What a
reserved one holds is taken from stock in the same transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from seed.orders.data import DemoOrder

_NAMESPACE = uuid.UUID("2f0a9d2e-6f2a-4a53-8a5e-52f3a1b2f7c4")
STATES = ("pending", "reserved")


@dataclass(frozen=True, slots=True)
class Tables:
    """Where orders and products lie."""

    dynamodb: Any
    orders: str
    products: str


def write(tables: Tables, orders: Sequence[DemoOrder], people: Mapping[str, str], catalogue: Mapping[str, Any]) -> int:
    """How many were not there before. `people` has ids by e-mail address, `catalogue` products by id."""
    return sum(_write(tables, order, people[order.email], catalogue) for order in orders)


def _write(tables: Tables, order: DemoOrder, customer_id: str, catalogue: Mapping[str, Any]) -> bool:
    order_id = uuid.uuid5(_NAMESPACE, f"{customer_id}\n{order.number}").hex
    found = tables.dynamodb.get_item(TableName=tables.orders, Key={"orderId": {"S": order_id}}, ConsistentRead=True)
    if "Item" in found:
        return False
    put = {
        "TableName": tables.orders,
        "Item": _item(order, order_id, customer_id, catalogue),
        "ConditionExpression": "attribute_not_exists(orderId)",
    }
    taken = order.items if order.state == "reserved" else ()
    tables.dynamodb.transact_write_items(
        TransactItems=[{"Put": put}, *({"Update": _taken(tables.products, *item)} for item in taken)]
    )
    return True


def _taken(products: str, product_id: str, quantity: int) -> dict[str, Any]:
    return {
        "TableName": products,
        "Key": {"productId": {"S": product_id}},
        "UpdateExpression": "ADD stock :units",
        "ConditionExpression": "stock >= :least",
        "ExpressionAttributeValues": {":units": {"N": str(-quantity)}, ":least": {"N": str(quantity)}},
    }


def _item(order: DemoOrder, order_id: str, customer_id: str, catalogue: Mapping[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    texts = {
        "orderId": order_id,
        "customerId": customer_id,
        "customerPlace": f"{now}#{order_id}",
        "status": order.state,
        "statusPlace": f"{now}#{order_id}",
        "currency": "EUR",
        "paymentMethod": "pm_card_visa",
        "createdAt": now,
        "updatedAt": now,
        "correlationId": f"demo-{order.number}",
        "fingerprint": "demo",
        "refund": "none",
    }
    lines = [_line(catalogue[product_id], quantity) for product_id, quantity in order.items]
    total = sum(int(catalogue[product_id]["price"]) * quantity for product_id, quantity in order.items)
    numbers = {"total": total, "version": 1 if order.state == "pending" else 2}
    return {
        **{name: {"S": text} for name, text in texts.items()},
        **{name: {"N": str(number)} for name, number in numbers.items()},
        "lines": {"L": [{"M": line} for line in lines]},
    }


def _line(product: Mapping[str, Any], quantity: int) -> dict[str, Any]:
    return {
        "productId": {"S": product["productId"]},
        "name": {"S": product["name"]},
        "quantity": {"N": str(quantity)},
        "unitPrice": {"N": str(product["price"])},
    }
