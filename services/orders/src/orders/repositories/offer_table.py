"""The catalogue's prices, read from the products' table as they are now: an order never trusts a remembered price."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from orders.repositories.batch_reading import read_all
from orders.repositories.plain_items import to_item
from orders.services.ports import Offer


class TableOffers:
    """Implements the port Offers."""

    def __init__(self, client: Any, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client, self._table, self._sleep = client, table, sleep

    def of(self, product_ids: Iterable[str]) -> Mapping[str, Offer]:
        keys = [to_item({"productId": product_id}) for product_id in product_ids]
        read = read_all(
            self._client,
            self._table,
            keys,
            "products",
            self._sleep,
            ConsistentRead=True,
            ProjectionExpression="productId, #name, price, shelf",
            ExpressionAttributeNames={"#name": "name"},
        )
        on_sale = [values for values in read if "shelf" in values]
        return {values["productId"]: Offer(values["productId"], values["name"], values["price"]) for values in on_sale}
