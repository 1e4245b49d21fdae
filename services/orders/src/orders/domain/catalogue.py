"""Products as the catalogue shows them, and what the shop's staff may change of them. Pure.

Stock is counted by the orders themselves; here it is only read, or moved by a difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orders.domain.searching import Search


@dataclass(frozen=True, slots=True)
class Details:
    """What staff write about a product. `price` in minor units (cents)."""

    name: str
    category: str
    price: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A product on sale. `stock` is what can still be ordered; `version` counts changes of the details.

    `request` and `fingerprint` are of the POST that made it, where it had an Idempotency-Key.
    """

    product_id: str
    details: Details
    stock: int
    created_at: datetime
    updated_at: datetime
    version: int = 1
    request: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """One page of what was searched. `position` says where the next begins, None at the end.

    A page may be shorter than asked, even empty, and still have a next one: so much was read and did not match.
    """

    entries: tuple[CatalogueEntry, ...]
    position: str | None


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A product to be put on sale, or one line of an import. `stock` counts for new products only."""

    product_id: str
    details: Details
    stock: int = 0


@dataclass(frozen=True, slots=True)
class Lookup:
    """One page that is asked for."""

    search: Search
    limit: int
    position: str | None = None
