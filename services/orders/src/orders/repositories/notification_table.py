"""The outbox of notifications. The table's key is `recipient`, `eventId`; they leave after `ttl`."""

from __future__ import annotations

import time
from typing import Any

from orders.repositories.answering import RefusedError, answering
from orders.repositories.plain_items import to_item
from orders.services.notifying import Notification

_KEPT_S = 90 * 86_400


class TableOutbox:
    """Implements the port Outbox."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def put(self, notification: Notification) -> bool:
        item = {
            "recipient": notification.recipient,
            "eventId": notification.event_id,
            "eventType": notification.event_type,
            "subject": notification.subject,
            "text": notification.text,
            "at": notification.at,
            "correlationId": notification.correlation_id,
            "ttl": int(time.time()) + _KEPT_S,
        }
        try:
            with answering("notifications"):
                self._client.put_item(
                    TableName=self._table, Item=to_item(item), ConditionExpression="attribute_not_exists(eventId)"
                )
        except RefusedError:
            return False
        return True
