"""What the shop depends on, asked with one short call each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.config import Config

from orders.services.health import Dependency

_QUICK = Config(
    connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 1}, max_pool_connections=10
)


def dependencies(variables: Mapping[str, str]) -> list[Dependency]:
    """Of the API and of what works behind it, by the names of the template's variables."""
    dynamodb, sqs, sns, cognito = (_client(name) for name in ("dynamodb", "sqs", "sns", "cognito-idp"))
    pool, client = variables["USER_POOL_ID"], variables["USER_POOL_CLIENT_ID"]

    def table(variable: str, **key: str) -> Callable[[], object]:
        wanted = {name: {"S": value} for name, value in key.items()}
        return lambda: dynamodb.get_item(TableName=variables[variable], Key=wanted)

    return [
        Dependency("orders", True, table("ORDERS_TABLE", orderId="#health")),
        Dependency("products", True, table("PRODUCTS_TABLE", productId="#health")),
        Dependency("people", True, table("PEOPLE_TABLE", personId="#health")),
        Dependency(
            "queue",
            True,
            lambda: sqs.get_queue_attributes(QueueUrl=variables["ORDERS_QUEUE_URL"], AttributeNames=["QueueArn"]),
        ),
        Dependency("signIn", True, lambda: cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client)),
        Dependency("notifications", False, lambda: sns.get_topic_attributes(TopicArn=variables["EVENTS_TOPIC_ARN"])),
        Dependency("notificationsTable", False, table("NOTIFICATIONS_TABLE", recipient="#health", eventId="#health")),
    ]


def _client(service: str) -> Any:
    return boto3.client(service, config=_QUICK)
