"""The processor's queue: every order is handed over, and once however often that is tried."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from orders.domain.errors import UnavailableError
from orders.gateways.order_queue import SqsOrderQueue

from tests.fakes.shop import an_order
from tests.integration.orders.conftest import OrdersAccount


@pytest.fixture
def url(orders_account: OrdersAccount) -> Iterator[str]:
    """A queue of this test alone."""
    sqs = orders_account.client("sqs")
    made = sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex[:12]}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    yield made
    sqs.delete_queue(QueueUrl=made)


def received(sqs: Any, url: str) -> list[str]:
    """Ids of all orders that are in it."""
    found: list[str] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"])["orderId"] for message in messages]
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def test_many_orders_are_handed_over_at_once_and_each_once(orders_account: OrdersAccount, url: str) -> None:
    sqs = orders_account.client("sqs")
    queue, orders = SqsOrderQueue(sqs, url), [an_order(f"o{number}", customer="ada") for number in range(23)]
    queue.enqueue(orders[3])
    queue.enqueue_all(orders)
    queue.enqueue_all(orders[:5])
    queue.enqueue_all([])
    assert sorted(received(sqs, url)) == sorted(order.order_id for order in orders)


def test_queue_that_is_not_there_takes_nothing(orders_account: OrdersAccount, url: str) -> None:
    with pytest.raises(UnavailableError, match="order queue"):
        SqsOrderQueue(orders_account.client("sqs"), f"{url}x.fifo").enqueue_all([an_order("o1", customer="ada")])
