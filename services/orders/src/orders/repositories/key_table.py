"""API keys, hashed. The table's key is `keyId`; newest-index (shelf, place) lists them, newest first."""

from __future__ import annotations

from typing import Any

from orders.domain.api_keys import ApiKey
from orders.domain.permissions import Permission
from orders.repositories.answering import RefusedError, answering
from orders.repositories.newest_first import newest_first
from orders.repositories.plain_items import from_item, to_item

_SHELF = "keys"


class TableKeys:
    """Implements the port Keys."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def add(self, key: ApiKey) -> bool:
        try:
            with answering("API keys"):
                self._client.put_item(
                    TableName=self._table, Item=_item(key), ConditionExpression="attribute_not_exists(keyId)"
                )
        except RefusedError:
            return False
        return True

    def find(self, key_id: str) -> ApiKey | None:
        with answering("API keys"):
            answer = self._client.get_item(TableName=self._table, Key=to_item({"keyId": key_id}), ConsistentRead=True)
        return _api_key(from_item(answer["Item"])) if "Item" in answer else None

    def all(self, limit: int, position: str | None) -> tuple[tuple[ApiKey, ...], str | None]:
        items, following = newest_first(self._client, self._table, _SHELF, limit, position)
        return tuple(_api_key(item) for item in items), following

    def revoke(self, key_id: str, moment: float) -> ApiKey | None:
        try:
            with answering("API keys"):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=to_item({"keyId": key_id}),
                    UpdateExpression="SET revokedAt = if_not_exists(revokedAt, :moment)",
                    ConditionExpression="attribute_exists(keyId)",
                    ExpressionAttributeValues=to_item({":moment": int(moment)}),
                    ReturnValues="ALL_NEW",
                )
        except RefusedError:
            return None
        return _api_key(from_item(answer["Attributes"]))


def _item(key: ApiKey) -> dict[str, Any]:
    created_ms = int(key.created_at * 1000)
    return to_item(
        {
            "keyId": key.key_id,
            "shelf": _SHELF,
            "place": f"{created_ms:015d}#{key.key_id}",
            "name": key.name,
            "hashed": key.hashed,
            "scopes": sorted(scope.value for scope in key.scopes),
            "createdAtMs": created_ms,
            "createdBy": key.created_by,
            "expiresAt": None if key.expires_at is None else int(key.expires_at),
            "revokedAt": None if key.revoked_at is None else int(key.revoked_at),
        }
    )


def _api_key(item: dict[str, Any]) -> ApiKey:
    return ApiKey(
        key_id=item["keyId"],
        name=item["name"],
        hashed=item["hashed"],
        scopes=frozenset(Permission(scope) for scope in item["scopes"]),
        created_at=item["createdAtMs"] / 1000,
        created_by=item["createdBy"],
        expires_at=item.get("expiresAt"),
        revoked_at=item.get("revokedAt"),
    )
