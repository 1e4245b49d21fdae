"""Assets in DynamoDB. All are in one partition of createdAt-index: DynamoDB takes 1,000 new ones a second there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from assets.adapters.answers import AnswerItems
from assets.adapters.clients import code_of, reaching
from assets.adapters.items import Item, attribute, from_item, to_item
from assets.adapters.newest_first import Index
from assets.adapters.transactions import transact
from assets.domain.errors import KeyReusedError
from assets.domain.model import Asset, Status
from assets.domain.ports import Answered, Now, Page

_LISTING = "assets"
_SEQUENCER_DIGITS = 64


class TableAssets:
    """The port Assets on one table."""

    def __init__(self, dynamodb: Any, table: str, now: Now) -> None:
        self._dynamodb, self._table, self._now = dynamodb, table, now
        self._answers = AnswerItems(dynamodb, table, "assetId", now)
        self._by_time = Index(dynamodb, table, "assetId", "createdAt-index", "listing", now)
        self._by_status = Index(dynamodb, table, "assetId", "status-index", "status", now)

    def find(self, asset_id: str) -> Asset | None:
        with reaching("DynamoDB"):
            found = self._dynamodb.get_item(
                TableName=self._table, Key={"assetId": attribute(asset_id or "-")}, ConsistentRead=True
            ).get("Item")
        # The items that hold answers are no assets.
        if not found or "s3Key" not in found:
            return None
        asset = _from(found)
        return asset if asset.expires_at > self._now() else None

    def newest(self, limit: int, position: str | None, status: Status | None) -> Page[Asset]:
        if status is not None:
            items, position = self._by_status.page(status.value, limit, position)
        else:
            items, position = self._by_time.page(_LISTING, limit, position, unless={"status": Status.DELETED.value})
        return Page([_from(item) for item in items], position)

    def answered(self, key: str) -> Answered | None:
        return self._answers.read(key)

    def add(self, asset: Asset, answered: Answered | None) -> None:
        condition = {"ConditionExpression": "attribute_not_exists(assetId)"}
        writes = [{"Put": {"TableName": self._table, "Item": _to(asset), **condition}}]
        if answered is not None:
            writes.append(self._answers.write(answered))
        if any(transact(self._dynamodb, writes)):
            raise KeyReusedError("This Idempotency-Key was used before.")

    def settle(self, asset: Asset, sequencer: str) -> bool:
        set_to: dict[str, str | int | None] = {
            "status": asset.status.value,
            "size": asset.size,
            "updatedAt": asset.updated_at,
            "etag": asset.etag,
            "rejection": asset.rejection,
            "sequencer": _comparable(sequencer),
        }
        # An expired asset may have been deleted by DynamoDB: that is not to be made anew.
        condition = (
            "attribute_exists(assetId) AND #status <> :deleted "
            "AND (attribute_not_exists(#sequencer) OR #sequencer <= :sequencer)"
        )
        return self._update(asset.asset_id, set_to, condition, {":deleted": Status.DELETED.value})

    def mark_deleted(self, asset_id: str, now_ms: int) -> None:
        set_to: dict[str, str | int | None] = {"status": Status.DELETED.value, "updatedAt": now_ms}
        self._update(asset_id, set_to, "attribute_exists(assetId) AND #status <> :status", {})

    def _update(
        self, asset_id: str, set_to: Mapping[str, str | int | None], condition: str, values: Mapping[str, str]
    ) -> bool:
        """False when the condition does not hold. None removes an attribute."""
        sets = [f"#{name} = :{name}" for name, value in set_to.items() if value is not None]
        removes = [f"#{name}" for name, value in set_to.items() if value is None]
        given = {f":{name}": value for name, value in set_to.items() if value is not None}
        with reaching("DynamoDB"):
            try:
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key={"assetId": attribute(asset_id)},
                    UpdateExpression=f"SET {', '.join(sets)}" + (f" REMOVE {', '.join(removes)}" if removes else ""),
                    ConditionExpression=condition,
                    ExpressionAttributeNames={f"#{name}": name for name in set_to},
                    ExpressionAttributeValues=to_item({**given, **values}),
                )
            except ClientError as error:
                if code_of(error) != "ConditionalCheckFailedException":
                    raise
                return False
        return True


def _comparable(sequencer: str) -> str:
    """Sequencers are compared as hexadecimal texts of one length, zeros on the right.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    return sequencer.upper().ljust(_SEQUENCER_DIGITS, "0")


def _to(asset: Asset) -> Item:
    return to_item(
        {
            "assetId": asset.asset_id,
            "fileName": asset.file_name,
            "contentType": asset.content_type,
            "announcedSize": asset.announced_size,
            "size": asset.size,
            "s3Key": asset.key,
            "s3Bucket": asset.bucket,
            "status": asset.status.value,
            "createdAt": asset.created_at,
            "updatedAt": asset.updated_at,
            "ttl": asset.expires_at,
            "correlationId": asset.correlation_id,
            "listing": _LISTING,
        }
    )


def _from(item: Item) -> Asset:
    plain = from_item(item)
    return Asset(
        asset_id=plain["assetId"],
        file_name=plain["fileName"],
        content_type=plain["contentType"],
        announced_size=plain["announcedSize"],
        size=plain["size"],
        key=plain["s3Key"],
        bucket=plain["s3Bucket"],
        status=Status(plain["status"]),
        created_at=plain["createdAt"],
        updated_at=plain["updatedAt"],
        expires_at=plain["ttl"],
        correlation_id=plain["correlationId"],
        etag=plain.get("etag"),
        rejection=plain.get("rejection"),
    )
