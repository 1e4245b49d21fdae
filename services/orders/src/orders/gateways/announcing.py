"""Tells others what happened: the topic of order events, the shop's event bus.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orders.domain.errors import UnavailableError
from orders.services.watching import Announcement


class Topic:
    """Subscribers filter by the attribute eventType."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client, self._arn = client, arn

    def __call__(self, announcement: Announcement) -> None:
        attributes = {"eventType": announcement.event_type, "correlationId": announcement.correlation_id or "-"}
        try:
            self._client.publish(
                TopicArn=self._arn,
                Message=json.dumps(dict(announcement.body)),
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(f"order events: {error}") from error


class Bus:
    """Rules match source `orders` and the event type as detail-type."""

    def __init__(self, client: Any, name: str) -> None:
        self._client, self._name = client, name

    def __call__(self, announcement: Announcement) -> None:
        event = {
            "EventBusName": self._name,
            "Source": "orders",
            "DetailType": announcement.event_type,
            "Detail": json.dumps(dict(announcement.body)),
        }
        try:
            answer = self._client.put_events(Entries=[event])
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(f"event bus: {error}") from error
        if answer.get("FailedEntryCount"):
            raise UnavailableError(f"event bus: {answer['Entries'][0].get('ErrorCode')}")
