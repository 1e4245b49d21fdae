"""Which id an Idempotency-Key's person gets, beside the people: one item a key, which DynamoDB deletes after a day."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from chat.adapters.clients import reaching
from chat.adapters.items import Item, attribute, from_item, to_item
from chat.adapters.tables import get
from chat.domain.errors import UnavailableError
from chat.domain.model import Registration
from chat.domain.ports import Now

_KEPT_S = 24 * 3600
_REFUSED = "ConditionalCheckFailedException"


class TableRegistrations:
    """The port Registrations on the table of people."""

    def __init__(self, dynamodb: Any, table: str, now: Now) -> None:
        self._dynamodb, self._table, self._now = dynamodb, table, now

    def reserve(self, key: str, wanted: Registration) -> Registration:
        now = int(self._now())
        own = to_item({"userId": f"key#{key}"})
        kept = to_item({"reserved": wanted.user_id, "fingerprint": wanted.fingerprint, "ttl": now + _KEPT_S})
        try:
            with reaching("DynamoDB", _REFUSED):
                self._dynamodb.put_item(
                    TableName=self._table,
                    Item=own | kept,
                    ConditionExpression="attribute_not_exists(userId) OR #ttl <= :now",
                    ExpressionAttributeNames={"#ttl": "ttl"},
                    ExpressionAttributeValues={":now": attribute(now)},
                )
        except ClientError:
            return self._first(own)
        return wanted

    def _first(self, own: Item) -> Registration:
        item = get(self._dynamodb, self._table, own)
        if not item:
            raise UnavailableError("What was reserved for this Idempotency-Key has just been forgotten.")
        plain = from_item(item)
        return Registration(plain["reserved"], plain["fingerprint"])
