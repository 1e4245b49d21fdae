"""Products of the catalogue as items, and as places on the shelves they are found on.

key            productId
shelves        indexes <shelf>-<by>-index with the keys (shelf, <by>Place) and (categoryShelf, <by>Place): by price,
               name, newest. A product that is withdrawn stands on no shelf.
Indexes carry no stock: it changes with every order, and each change would be written once more for each index.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from orders.domain.catalogue import CatalogueEntry, Details
from orders.domain.searching import Sort, name_place, newest_place, plain, price_place
from orders.repositories.plain_items import to_item

SHELF = "catalogue"
LEASE_KEY = to_item({"productId": "#import"})
"""Whoever imports holds this item. No product's id begins with a number sign."""


def index(sort: Sort, category: str | None) -> tuple[str, str, str]:
    """Name of the index and of its two keys."""
    shelf = "shelf" if category is None else "categoryShelf"
    return f"{shelf}-{sort.by}-index", shelf, f"{sort.by}Place"


def attributes(product_id: str, details: Details, created_at: datetime) -> dict[str, Any]:
    """What depends on the details, places on shelves among it."""
    return to_item(
        {
            "name": details.name,
            "category": details.category,
            "price": details.price,
            "description": details.description,
            "searchText": plain(f"{details.name} {details.description} {product_id}"),
            "shelf": SHELF,
            "categoryShelf": details.category,
            "pricePlace": price_place(details.price, product_id),
            "namePlace": name_place(details.name, product_id),
            "newestPlace": newest_place(written(created_at), product_id),
        }
    )


def key(product_id: str) -> dict[str, Any]:
    """Where a product lies."""
    return to_item({"productId": product_id})


def item(entry: CatalogueEntry) -> dict[str, Any]:
    """A whole new item."""
    counted = {
        "productId": entry.product_id,
        "stock": entry.stock,
        "version": entry.version,
        "createdAt": written(entry.created_at),
        "updatedAt": written(entry.updated_at),
        "request": entry.request or None,
        "fingerprint": entry.fingerprint or None,
    }
    return to_item(counted) | attributes(entry.product_id, entry.details, entry.created_at)


def entry(values: dict[str, Any]) -> CatalogueEntry:
    """An item's plain values as a product."""
    return CatalogueEntry(
        product_id=values["productId"],
        details=Details(values["name"], values["category"], values["price"], values["description"]),
        stock=values["stock"],
        created_at=datetime.fromisoformat(values["createdAt"]),
        updated_at=datetime.fromisoformat(values["updatedAt"]),
        version=values["version"],
        request=values.get("request", ""),
        fingerprint=values.get("fingerprint", ""),
    )


def written(moment: datetime) -> str:
    """A time as it is stored; sorts as it passes."""
    return moment.isoformat(timespec="microseconds")
