"""Orders as items of the orders' table. The table's key is `orderId`.

customer-index  customerId, customerPlace = <created at>#<id>: a customer's orders by age
status-index    status, statusPlace = <updated at>#<id>: orders in one state by last change
due-index       duePartition = due#<0-3>, dueAt in epoch seconds: only orders that somebody must look at
Four partitions spread the writes of the last one: at first every order is due.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from orders.domain.order import Line, Order, Refund, Status
from orders.repositories.plain_items import to_item

DUE_PARTITIONS = tuple(f"due#{number}" for number in range(4))


def key(order_id: str) -> dict[str, Any]:
    return to_item({"orderId": order_id})


def item(order: Order) -> dict[str, Any]:
    """A whole item."""
    created, updated = written(order.created_at), written(order.updated_at)
    return to_item(
        {
            "orderId": order.order_id,
            "customerId": order.customer_id,
            "customerPlace": f"{created}#{order.order_id}",
            "status": order.status.value,
            "statusPlace": f"{updated}#{order.order_id}",
            "lines": [_line_item(line) for line in order.lines],
            "total": order.total,
            "currency": order.currency,
            "paymentMethod": order.payment_method,
            "createdAt": created,
            "updatedAt": updated,
            "correlationId": order.correlation_id,
            "fingerprint": order.fingerprint,
            "version": order.version,
            "reason": order.reason or None,
            "paymentId": order.payment_id or None,
            "refund": order.refund.value,
            "duePartition": None if order.due_at is None else due_partition(order.order_id),
            "dueAt": None if order.due_at is None else int(order.due_at.timestamp()),
        }
    )


def order(values: dict[str, Any]) -> Order:
    """An item's plain values as an order."""
    due_at = values.get("dueAt")
    return Order(
        order_id=values["orderId"],
        customer_id=values["customerId"],
        status=Status(values["status"]),
        lines=tuple(_line(line) for line in values["lines"]),
        currency=values["currency"],
        payment_method=values["paymentMethod"],
        created_at=datetime.fromisoformat(values["createdAt"]),
        updated_at=datetime.fromisoformat(values["updatedAt"]),
        correlation_id=values["correlationId"],
        fingerprint=values["fingerprint"],
        version=values["version"],
        reason=values.get("reason", ""),
        payment_id=values.get("paymentId", ""),
        refund=Refund(values["refund"]),
        due_at=None if due_at is None else datetime.fromtimestamp(due_at, UTC),
    )


def due_partition(order_id: str) -> str:
    return DUE_PARTITIONS[crc32(order_id.encode()) % len(DUE_PARTITIONS)]


def written(moment: datetime) -> str:
    """A time as it is stored; sorts as it passes."""
    return moment.isoformat(timespec="microseconds")


def _line_item(line: Line) -> dict[str, Any]:
    return {
        "productId": line.product_id,
        "name": line.name,
        "quantity": line.quantity,
        "unitPrice": line.unit_price,
    }


def _line(values: dict[str, Any]) -> Line:
    return Line(values["productId"], values["name"], values["quantity"], values["unitPrice"])
