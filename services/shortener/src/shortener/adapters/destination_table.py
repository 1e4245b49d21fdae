"""Where codes lead: one consistent GetItem of the few attributes a redirect needs."""

from __future__ import annotations

from shortener.adapters.attributes import from_item
from shortener.adapters.aws_json import AwsError, AwsJsonClient
from shortener.domain.errors import UnavailableError
from shortener.domain.model import Destination


class TableDestinations:
    """Reads link items; consistent, so that a link works the moment it is created."""

    def __init__(self, client: AwsJsonClient, table: str) -> None:
        self._client, self._table = client, table

    def find(self, code: str) -> Destination | None:
        try:
            answer = self._client.call(
                "GetItem",
                {
                    "TableName": self._table,
                    "Key": {"PK": {"S": f"LINK#{code}"}, "SK": {"S": "LINK"}},
                    "ConsistentRead": True,
                    "ProjectionExpression": "linkId, #target, #state, expiresAt",
                    "ExpressionAttributeNames": {"#target": "target", "#state": "state"},
                },
            )
        except AwsError as error:
            raise UnavailableError(str(error)) from error
        if "Item" not in answer:
            return None
        item = from_item(answer["Item"])
        return Destination(item["linkId"], item["target"], item["state"] == "active", item.get("expiresAt"))
