"""OrderProcessor and the other functions behind the API, with events as AWS sends them, on real queues and tables."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from orders.domain.order import Order, Status
from orders.repositories.order_table import TableOrders

from tests.fakes.orders_account import Handler, OrdersAccount
from tests.fakes.payment_gateway import SECRET, RunningGateway, running_gateway
from tests.fakes.shop import an_order
from tests.fakes.waiting import wait_for

CONTEXT = SimpleNamespace(aws_request_id="r", get_remaining_time_in_millis=lambda: 60_000)


class Shop:
    """An account with a queue of its own, a payment gateway, and five mugs."""

    def __init__(self, account: OrdersAccount, gateway: RunningGateway) -> None:
        self.account, self.gateway = account, gateway
        self.sqs, self.dynamodb = account.client("sqs"), account.client("dynamodb")
        self.suffix = uuid.uuid4().hex[:12]
        attributes = {"FifoQueue": "true", "VisibilityTimeout": "360"}
        self.queue = self.sqs.create_queue(QueueName=f"q-{self.suffix}.fifo", Attributes=attributes)["QueueUrl"]
        self.secret = account.client("secretsmanager").create_secret(Name=f"pay-{self.suffix}", SecretString=SECRET)
        self.orders = TableOrders(self.dynamodb, account.variables["ORDERS_TABLE"], account.variables["PRODUCTS_TABLE"])
        mug = {"productId": {"S": "mug"}, "name": {"S": "Mug"}, "shelf": {"S": "catalogue"}, "stock": {"N": "1000"}}
        self.dynamodb.put_item(TableName=account.variables["PRODUCTS_TABLE"], Item=mug)

    def variables(self) -> dict[str, str]:
        return {
            "ORDERS_QUEUE_URL": self.queue,
            "PAYMENT_URL": self.gateway.url,
            "PAYMENT_SECRET_ARN": self.secret["ARN"],
            "PAYMENT_TIMEOUT_SECONDS": "1",
            "PAYMENT_BREAKER_FAILURES": "100",
            "PAYMENT_BREAKER_SECONDS": "1",
            "RESERVATION_SECONDS": "900",
            "RETRY_SECONDS": "0",
            "MAX_ATTEMPTS": "3",
        }

    def placed(self, customer: str, method: str = "pm_card") -> str:
        """The id of an order that waits in the queue."""
        order = an_order(uuid.uuid4().hex, customer=f"{customer}-{self.suffix}")
        self.orders.add(Order(**{**_fields(order), "payment_method": method}))
        self.sqs.send_message(
            QueueUrl=self.queue,
            MessageBody=json.dumps({"orderId": order.order_id, "correlationId": "c1"}),
            MessageGroupId=order.customer_id,
            MessageDeduplicationId=order.order_id,
        )
        return order.order_id

    def batch(self) -> dict[str, Any]:
        """What is in the queue, as Lambda hands it over.

        https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
        """
        got = self.sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"], WaitTimeSeconds=1
        )
        return {
            "Records": [
                {
                    "messageId": message["MessageId"],
                    "receiptHandle": message["ReceiptHandle"],
                    "body": message["Body"],
                    "attributes": message["Attributes"],
                    "messageAttributes": {},
                    "eventSource": "aws:sqs",
                }
                for message in got.get("Messages", ())
            ]
        }

    def status(self, order_id: str) -> Status:
        order = self.orders.find(order_id)
        assert order is not None
        return order.status


def _fields(order: Order) -> dict[str, Any]:
    return {name: getattr(order, name) for name in order.__dataclass_fields__}


@pytest.fixture
def shop(orders_account: OrdersAccount) -> Iterator[Shop]:
    with running_gateway() as gateway:
        yield Shop(orders_account, gateway)


def test_failed_order_holds_back_its_customer_only_and_comes_again_soon(
    shop: Shop, load_orders: Callable[..., Handler]
) -> None:
    handler = load_orders("process_orders", **shop.variables())
    failing, later = shop.placed("ada", "pm_fail_3"), shop.placed("ada")
    other = shop.placed("bob")
    batch = shop.batch()
    ids = {json.loads(record["body"])["orderId"]: record["messageId"] for record in batch["Records"]}

    answer = handler(batch, CONTEXT)

    assert answer == {"batchItemFailures": [{"itemIdentifier": ids[order]} for order in (failing, later)]}
    assert [shop.status(order) for order in (failing, later, other)] == [
        Status.RESERVED,
        Status.PENDING,
        Status.PAID,
    ]
    again = wait_for(lambda: shop.batch()["Records"], 10)
    assert [json.loads(record["body"])["orderId"] for record in again] == [failing, later]
    assert handler({"Records": again}, CONTEXT) == {"batchItemFailures": []}
    assert [shop.status(order) for order in (failing, later)] == [Status.PAID, Status.PAID]


def test_batch_that_is_delivered_twice_charges_once(shop: Shop, load_orders: Callable[..., Handler]) -> None:
    handler = load_orders("process_orders", **shop.variables())
    order_id, batch = shop.placed("ada"), shop.batch()

    assert handler(batch, CONTEXT) == handler(batch, CONTEXT) == {"batchItemFailures": []}

    assert shop.gateway.ledger.find(order_id).times_taken == 1


@pytest.mark.parametrize(
    ("method", "status", "kept"),
    [
        ("pm_card", Status.PAID, 2500),
        ("pm_twice", Status.PAID, 2500),
        ("pm_hang_1", Status.PAID, 2500),
        ("pm_fail_1", Status.PAID, 2500),
        ("pm_decline", Status.PAYMENT_FAILED, 0),
    ],
)
def test_gateway_decides_what_becomes_of_an_order(
    shop: Shop, load_orders: Callable[..., Handler], method: str, status: Status, kept: int
) -> None:
    handler = load_orders("process_orders", **shop.variables())
    order_id = shop.placed("ada", method)

    assert handler(shop.batch(), CONTEXT) == {"batchItemFailures": []}

    assert (shop.status(order_id), shop.gateway.kept(order_id)) == (status, kept)


def test_stream_goes_on_at_the_record_that_failed(shop: Shop, load_orders: Callable[..., Handler]) -> None:
    topic = shop.account.variables["EVENTS_TOPIC_ARN"]
    names = {"EVENT_BUS_NAME": "default", "LOW_STOCK_THRESHOLD": "5", "AUDIT_DAYS": "365"}
    handler = load_orders("process_events", EVENTS_TOPIC_ARN=topic, **names)
    good, broken = stream_record(shop, "1"), stream_record(shop, "2")
    del broken["dynamodb"]["NewImage"]["total"]

    answer = handler({"Records": [good, broken, stream_record(shop, "3")]}, CONTEXT)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}


def stream_record(shop: Shop, number: str) -> dict[str, Any]:
    """A placed order, as its stream tells it."""
    from orders.repositories.order_items import item

    image = item(an_order(f"s{number}-{shop.suffix}"))
    return {
        "eventID": f"{number}-{shop.suffix}",
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "ApproximateCreationDateTime": 1772366400,
            "Keys": {"orderId": image["orderId"]},
            "NewImage": image,
            "SequenceNumber": number,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }
