"""Finds products: one index for each order, a filter for words and prices, the stock from the products themselves."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from orders.domain.catalogue import CatalogueEntry, CataloguePage, Lookup
from orders.domain.searching import Search
from orders.repositories import catalogue_items as items
from orders.repositories.answering import answering
from orders.repositories.batch_reading import read_all
from orders.repositories.plain_items import from_item, to_item

_AT_ONCE = 100
"""Entries that one query looks at; no more than BatchGetItem takes."""
_QUERIES = 10
"""A search that finds little ends its page after so many and says where it goes on."""


class CatalogueSearch:
    """Reads the shelves of one products table."""

    def __init__(
        self,
        client: Any,
        table: str,
        sleep: Callable[[float], None] = time.sleep,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._client, self._table, self._sleep, self._draw = client, table, sleep, draw

    def search(self, lookup: Lookup) -> CataloguePage:
        """One page. Raises UnavailableError."""
        found: list[CatalogueEntry] = []
        position = lookup.position
        for _ in range(_QUERIES):
            places, position = self._places(lookup.search, lookup.limit, position)
            stocked = self._with_stock([product_id for product_id, _ in places], lookup.search.in_stock)
            for product_id, place in places:
                if product_id in stocked:
                    found.append(stocked[product_id])
                    if len(found) == lookup.limit:
                        last = position is None and place == places[-1][1]
                        return CataloguePage(tuple(found), None if last else place)
            if position is None:
                break
        return CataloguePage(tuple(found), position)

    def _places(self, search: Search, limit: int, position: str | None) -> tuple[list[tuple[str, str]], str | None]:
        """The next (product id, place) that match but for their stock, and where it goes on."""
        name, shelf, place = items.index(search.sort, search.category)
        on_shelf = items.SHELF if search.category is None else search.category
        values: dict[str, object] = {":shelf": on_shelf}
        conditions = _conditions(search, values)
        # Without anything to filter, what is looked at is what is shown.
        picky = bool(conditions) or search.in_stock
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": name,
            "KeyConditionExpression": f"{shelf} = :shelf",
            "ScanIndexForward": not search.sort.descending,
            "Limit": _AT_ONCE if picky else limit,
        }
        if position is not None:
            last = items.key(position.rpartition("#")[2])
            request["ExclusiveStartKey"] = last | to_item({shelf: on_shelf, place: position})
        if conditions:
            request["FilterExpression"] = " AND ".join(conditions)
        with answering("products"):
            answer = self._client.query(**request, ExpressionAttributeValues=to_item(values))
        places = [(str(found[place]).rpartition("#")[2], found[place]) for found in map(from_item, answer["Items"])]
        after = answer.get("LastEvaluatedKey")
        return places, from_item(after)[place] if after else None

    def _with_stock(self, product_ids: Sequence[str], in_stock: bool) -> dict[str, CatalogueEntry]:
        """The products as they are now, without those that were withdrawn or, if asked, sold out meanwhile."""
        keys = [items.key(product_id) for product_id in product_ids]
        read = read_all(self._client, self._table, keys, "products", self._sleep, self._draw)
        there = [values for values in read if "shelf" in values and not (in_stock and values["stock"] < 1)]
        return {values["productId"]: items.entry(values) for values in there}


def _conditions(search: Search, values: dict[str, object]) -> list[str]:
    conditions = []
    for number, word in enumerate(search.words):
        values[f":word{number}"] = word
        conditions.append(f"contains(searchText, :word{number})")
    if search.min_price is not None:
        values[":least"] = search.min_price
        conditions.append("price >= :least")
    if search.max_price is not None:
        values[":most"] = search.max_price
        conditions.append("price <= :most")
    return conditions
