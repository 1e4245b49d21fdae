"""The catalogue's prices, read from the products' table as they are now: an order never trusts a remembered price."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from orders.domain.errors import UnavailableError
from orders.repositories.answering import answering
from orders.repositories.plain_items import from_item, to_item
from orders.services.ports import Offer

_TRIES = 5


class TableOffers:
    """Implements the port Offers."""

    def __init__(self, client: Any, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client, self._table, self._sleep = client, table, sleep

    def of(self, product_ids: Iterable[str]) -> Mapping[str, Offer]:
        keys = [to_item({"productId": product_id}) for product_id in product_ids]
        found: dict[str, Offer] = {}
        for attempt in range(_TRIES):
            keys = self._read(keys, found)
            if not keys:
                return found
            self._sleep(0.05 * 2**attempt)
        raise UnavailableError("products: not all prices can be read")

    def _read(self, keys: list[dict[str, Any]], found: dict[str, Offer]) -> list[dict[str, Any]]:
        """Adds what is on sale to `found`; returns the keys that were left unread."""
        asked = {
            "Keys": keys,
            "ConsistentRead": True,
            "ProjectionExpression": "productId, #name, price, shelf",
            "ExpressionAttributeNames": {"#name": "name"},
        }
        with answering("products"):
            answer = self._client.batch_get_item(RequestItems={self._table: asked})
        for item in answer["Responses"].get(self._table, ()):
            values = from_item(item)
            if "shelf" in values:
                found[values["productId"]] = Offer(values["productId"], values["name"], values["price"])
        unread: list[dict[str, Any]] = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
        return unread
