"""Open sockets in DynamoDB, twice: one item a person with all of theirs, so that a hundred people's are one read; and
one item a socket, which says whose it is.

    key = PERSON#<user>      an attribute s#<connection> = <expiry in seconds> <session> for each socket
    key = SOCKET#<id>        whose it is

Both forget themselves: API Gateway closes every socket after two hours, and cannot promise to tell when one goes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from chat.adapters.clients import reaching
from chat.adapters.items import Item, attribute, from_item, to_item
from chat.adapters.tables import get, get_all
from chat.domain.model import Connection
from chat.domain.ports import Now

_PREFIX = "s#"


class TableConnections:
    """The port Connections on one table."""

    def __init__(self, dynamodb: Any, table: str, now: Now) -> None:
        self._dynamodb, self._table, self._now = dynamodb, table, now

    def open(self, connection: Connection) -> Sequence[Connection]:
        own = to_item(
            {"userId": connection.user_id, "sessionId": connection.session_id, "ttl": connection.expires_at_s}
        )
        with reaching("DynamoDB"):
            self._dynamodb.put_item(TableName=self._table, Item=_socket(connection.connection_id) | own)
            answer = self._dynamodb.update_item(
                TableName=self._table,
                Key=_person(connection.user_id),
                UpdateExpression="SET #socket = :socket, #ttl = :ttl",
                ExpressionAttributeNames={"#socket": f"{_PREFIX}{connection.connection_id}", "#ttl": "ttl"},
                ExpressionAttributeValues={
                    ":socket": attribute(f"{connection.expires_at_s} {connection.session_id}"),
                    ":ttl": attribute(connection.expires_at_s),
                },
                ReturnValues="ALL_NEW",
            )
        return sorted(self._all(answer["Attributes"]), key=lambda one: (one.expires_at_s, one.connection_id))

    def find(self, connection_id: str) -> Connection | None:
        item = get(self._dynamodb, self._table, _socket(connection_id))
        if not item:
            return None
        plain = from_item(item)
        return Connection(connection_id, plain["userId"], plain["sessionId"], plain["ttl"])

    def close(self, user_id: str, connection_id: str) -> None:
        with reaching("DynamoDB"):
            self._dynamodb.update_item(
                TableName=self._table,
                Key=_person(user_id),
                UpdateExpression="REMOVE #socket",
                ExpressionAttributeNames={"#socket": f"{_PREFIX}{connection_id}"},
            )
            self._dynamodb.delete_item(TableName=self._table, Key=_socket(connection_id))

    def of(self, user_ids: Collection[str]) -> Sequence[Connection]:
        items = get_all(self._dynamodb, self._table, [_person(one) for one in user_ids])
        return [connection for item in items for connection in self._all(item)]

    def _all(self, item: Item) -> Iterator[Connection]:
        """Those that have not expired; DynamoDB deletes the item when the last one has."""
        user_id, now = item["key"]["S"].partition("#")[2], self._now()
        for name, value in item.items():
            if name.startswith(_PREFIX):
                expires_at_s, _, session_id = value["S"].partition(" ")
                if int(expires_at_s) > now:
                    yield Connection(name.removeprefix(_PREFIX), user_id, session_id, int(expires_at_s))


def _person(user_id: str) -> Item:
    return {"key": attribute(f"PERSON#{user_id}")}


def _socket(connection_id: str) -> Item:
    return {"key": attribute(f"SOCKET#{connection_id}")}
