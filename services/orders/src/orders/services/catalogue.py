"""Puts products on sale, changes and withdraws them, and finds them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from orders.domain.catalogue import CatalogueEntry, CataloguePage, Details, Lookup, NewEntry
from orders.domain.errors import ConflictError, NotFoundError
from orders.domain.idempotency import Request
from orders.domain.remembering import Remembered


class Catalogue(Protocol):
    """The products on sale. Every call raises UnavailableError when the table does not answer."""

    def find(self, product_id: str) -> CatalogueEntry | None:
        """None too for a product that was withdrawn."""

    def search(self, lookup: Lookup) -> CataloguePage: ...

    def add(self, entry: CatalogueEntry) -> None:
        """Raises ConflictError when the id is taken, also by a withdrawn product, or an import is running."""

    def change(self, product_id: str, details: Details, moment: datetime, seen_version: int | None) -> CatalogueEntry:
        """Raises NotFoundError; ConflictError when `seen_version` is not the stored one."""

    def move_stock(self, product_id: str, difference: int) -> CatalogueEntry:
        """Raises NotFoundError; ConflictError when less than nothing would be left."""

    def withdraw(self, product_id: str, moment: datetime) -> None:
        """Raises NotFoundError."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What shall change of a product's details; None leaves as is."""

    name: str | None = None
    category: str | None = None
    price: int | None = None
    description: str | None = None
    seen_version: int | None = None


class StockMoves(Protocol):
    """Moves stock at most once for a request."""

    def move_once(self, product_id: str, difference: int, request: Request) -> CatalogueEntry:
        """The answer of the first time, however often. Raises as Catalogue.move_stock, KeyReusedError."""


class ManageCatalogue:
    """The use cases behind /products. What people read is remembered for a moment; a change forgets all of it."""

    def __init__(
        self,
        catalogue: Catalogue,
        moves: StockMoves,
        now: Callable[[], float],
        entries: Remembered[CatalogueEntry | None],
        pages: Remembered[CataloguePage],
    ) -> None:
        self._catalogue, self._moves, self._now = catalogue, moves, now
        self._entries, self._pages = entries, pages

    def read(self, product_id: str) -> CatalogueEntry:
        """Raises NotFoundError."""
        found = self._entries(product_id, lambda: self._catalogue.find(product_id))
        if found is None:
            raise NotFoundError("product", product_id)
        return found

    def search(self, lookup: Lookup) -> CataloguePage:
        return self._pages(lookup, lambda: self._catalogue.search(lookup))

    def add(self, new: NewEntry, request: Request) -> CatalogueEntry:
        """The new product, or the one that this very request made before. Raises ConflictError, KeyReusedError."""
        moment, request_id = self._moment(), request.id_for(lambda: "")
        entry = CatalogueEntry(
            new.product_id,
            new.details,
            new.stock,
            moment,
            moment,
            request=request_id,
            fingerprint=request.fingerprint if request_id else "",
        )
        try:
            self._catalogue.add(entry)
        except ConflictError as conflict:
            before = self._catalogue.find(new.product_id)
            if conflict.code != "already_exists" or before is None or before.request != request_id or not request_id:
                raise
            request.require_same(before.fingerprint)
            return replace(entry, created_at=before.created_at, updated_at=before.created_at)
        self.forget()
        return entry

    def change(self, product_id: str, changes: Changes) -> CatalogueEntry:
        """Raises NotFoundError, ConflictError."""
        entry = self._catalogue.find(product_id)
        if entry is None:
            raise NotFoundError("product", product_id)
        before = entry.details
        details = Details(
            name=before.name if changes.name is None else changes.name,
            category=before.category if changes.category is None else changes.category,
            price=before.price if changes.price is None else changes.price,
            description=before.description if changes.description is None else changes.description,
        )
        seen = entry.version if changes.seen_version is None else changes.seen_version
        changed = self._catalogue.change(product_id, details, self._moment(), seen)
        self.forget()
        return changed

    def move_stock(self, product_id: str, difference: int, request: Request) -> CatalogueEntry:
        """With an Idempotency-Key once, however often asked. Raises NotFoundError, ConflictError, KeyReusedError."""
        if request.key:
            moved = self._moves.move_once(product_id, difference, request)
        else:
            moved = self._catalogue.move_stock(product_id, difference)
        self.forget()
        return moved

    def withdraw(self, product_id: str) -> None:
        """Takes a product off sale; orders of it stay as they are. Raises NotFoundError."""
        self._catalogue.withdraw(product_id, self._moment())
        self.forget()

    def forget(self) -> None:
        """Read everything anew: something was changed here."""
        self._entries.forget()
        self._pages.forget()

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)
