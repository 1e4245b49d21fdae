"""Sessions in DynamoDB: which refresh token of each works now. Ended ones stay, marked, until they would expire."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from chat.adapters.clients import reaching
from chat.adapters.items import Item, Plain, attribute, from_item, to_item
from chat.adapters.tables import get
from chat.domain.model import Session

_REFUSED = "ConditionalCheckFailedException"


class TableSessions:
    """The port Sessions on one table."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb, self._table = dynamodb, table

    def open(self, session: Session) -> None:
        item: dict[str, Plain | None] = {
            "sessionId": session.session_id,
            "userId": session.user_id,
            "current": session.current,
            "ttl": session.expires_at_s,
        }
        with reaching("DynamoDB"):
            self._dynamodb.put_item(TableName=self._table, Item=to_item(item))

    def find(self, session_id: str) -> Session | None:
        item = get(self._dynamodb, self._table, _key(session_id))
        if not item:
            return None
        plain = from_item(item)
        return Session(session_id, plain["userId"], plain["current"], plain["ttl"], plain.get("ended", False))

    def rotate(self, session: Session, seen: str) -> bool:
        values: dict[str, Plain] = {":new": session.current, ":seen": seen, ":ttl": session.expires_at_s}
        return self._update(
            session.session_id,
            UpdateExpression="SET #current = :new, #ttl = :ttl",
            ConditionExpression="#current = :seen AND attribute_not_exists(ended)",
            ExpressionAttributeNames={"#current": "current", "#ttl": "ttl"},
            ExpressionAttributeValues={name: attribute(value) for name, value in values.items()},
        )

    def end(self, session_id: str) -> None:
        self._update(
            session_id,
            UpdateExpression="SET ended = :true",
            ConditionExpression="attribute_exists(sessionId)",
            ExpressionAttributeValues={":true": attribute(True)},
        )

    def _update(self, session_id: str, **request: Any) -> bool:
        """False when the condition does not hold."""
        try:
            with reaching("DynamoDB", _REFUSED):
                self._dynamodb.update_item(TableName=self._table, Key=_key(session_id), **request)
        except ClientError:
            return False
        return True


def _key(session_id: str) -> Item:
    return {"sessionId": attribute(session_id)}
