"""What somebody looks for in the catalogue, and whether a product is it. Pure.

Every order of products has one text per product that sorts as it should and never twice: its place. A page ends at a
place and the next begins after it, whatever was added or removed meanwhile.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_WORD = re.compile(r"[^\W_]+")
MAX_WORDS = 8


class Sort(StrEnum):
    """In which order products are listed; a minus means descending."""

    PRICE = "price"
    PRICE_DOWN = "-price"
    NAME = "name"
    NAME_DOWN = "-name"
    NEWEST = "newest"

    @property
    def descending(self) -> bool:
        return self in (Sort.PRICE_DOWN, Sort.NAME_DOWN, Sort.NEWEST)

    @property
    def by(self) -> str:
        """`price`, `name` or `newest`: which place counts."""
        return self.value.removeprefix("-")


@dataclass(frozen=True, slots=True)
class Search:
    """Everything that must hold at once. Prices in minor units, both ends included; `words` are plain()."""

    words: tuple[str, ...] = ()
    category: str | None = None
    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False
    sort: Sort = Sort.NEWEST

    def fingerprint(self) -> str:
        """The same for the same search: a nextToken continues only the search it came from."""
        parts = (" ".join(self.words), self.category, self.min_price, self.max_price, self.in_stock, self.sort.value)
        return "\x1f".join("" if part is None else str(part) for part in parts)


def plain(text: str) -> str:
    """Lower case and without accents, one space between words: what is compared instead of the text."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(_WORD.findall(bare.casefold()))


def words(text: str) -> tuple[str, ...]:
    """The distinct words to look for, in the order written."""
    return tuple(dict.fromkeys(plain(text).split()))[:MAX_WORDS]


def price_place(price: int, product_id: str) -> str:
    """Sorts by price, then id. Fifteen digits hold every price that fits DynamoDB's and JSON's exact numbers."""
    return f"{price:015d}#{product_id}"


def name_place(name: str, product_id: str) -> str:
    """Sorts by name as people read it, then id."""
    return f"{plain(name)}#{product_id}"


def newest_place(created_at: str, product_id: str) -> str:
    """Sorts by time of creation (ISO 8601, one offset for all), then id."""
    return f"{created_at}#{product_id}"
