"""The FIFO queue that brings orders to their processor: one group per customer, in the order they came.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orders.domain.errors import UnavailableError
from orders.domain.order import Order

_AT_ONCE = 10
"""The most that SendMessageBatch takes."""


class SqsOrderQueue:
    """Implements the port OrderQueue."""

    def __init__(self, client: Any, url: str) -> None:
        self._client, self._url = client, url

    def enqueue(self, order: Order) -> None:
        """Within five minutes the queue takes an order once per state: handing it over again costs nothing."""
        try:
            self._client.send_message(QueueUrl=self._url, **_message(order))
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(f"order queue: {error}") from error

    def enqueue_all(self, orders: Sequence[Order]) -> None:
        for begin in range(0, len(orders), _AT_ONCE):
            entries = [{"Id": str(n), **_message(one)} for n, one in enumerate(orders[begin : begin + _AT_ONCE])]
            try:
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            except (ClientError, BotoCoreError) as error:
                raise UnavailableError(f"order queue: {error}") from error
            if failed := answer.get("Failed"):
                raise UnavailableError(f"order queue: {len(failed)} orders were not taken: {failed[0].get('Code')}")


def _message(order: Order) -> dict[str, Any]:
    return {
        "MessageBody": json.dumps({"orderId": order.order_id, "correlationId": order.correlation_id}),
        "MessageGroupId": order.customer_id,
        "MessageDeduplicationId": f"{order.order_id}-{order.status}",
        "MessageAttributes": {"correlationId": {"DataType": "String", "StringValue": order.correlation_id}},
    }
