"""Imports many products at once: new ones in batches, known ones one by one, each line accounted for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from orders.domain.catalogue import CatalogueEntry, Details, NewEntry
from orders.domain.errors import ConflictError
from orders.domain.importing import Line, LineError


@dataclass(frozen=True, slots=True)
class Known:
    """A product that exists, on sale or withdrawn."""

    details: Details
    created_at: datetime
    on_sale: bool


class Shelves(Protocol):
    """The products, for somebody who fills them by the hundred. Every call raises UnavailableError."""

    def reserve(self, moment: float) -> bool:
        """Take the right to import, for a minute; False when somebody else has it."""

    def release(self) -> None: ...

    def known(self, product_ids: Sequence[str]) -> Mapping[str, Known]:
        """Those that exist, withdrawn ones included."""

    def add_all(self, entries: Sequence[CatalogueEntry]) -> frozenset[str]:
        """Ids that the table did not take, although they were sent again and again. None of them may exist."""

    def update(self, new: NewEntry, known: Known, moment: datetime) -> None:
        """New details for a product, which is put on sale again when it was withdrawn. Stock stays."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an import: every line is counted once, or has errors. What was the same already is `updated`."""

    added: int
    updated: int
    errors: tuple[LineError, ...]


class ImportProducts:
    """The use case behind POST /products/import."""

    def __init__(self, shelves: Shelves, now: Callable[[], float]) -> None:
        self._shelves, self._now = shelves, now

    def __call__(self, good: Sequence[Line[NewEntry]], bad: Sequence[LineError]) -> Report:
        """Raises ConflictError while another import runs, UnavailableError when the table does not answer.

        Doing it again is harmless: what was added is then updated to the same.
        """
        if not self._shelves.reserve(self._now()):
            raise ConflictError("import_running", "Another import is running; try again when it is done.")
        try:
            return self._imported(good, bad)
        finally:
            self._shelves.release()

    def _imported(self, good: Sequence[Line[NewEntry]], bad: Sequence[LineError]) -> Report:
        moment = datetime.fromtimestamp(self._now(), UTC)
        # A batch write overwrites: what exists has stock that orders count, and is never batched.
        known = self._shelves.known([line.value.product_id for line in good])
        added = [line for line in good if line.value.product_id not in known]
        left = self._shelves.add_all([_entry(line.value, moment) for line in added])
        updated = [line for line in good if line.value.product_id in known]
        for line in updated:
            before = known[line.value.product_id]
            if not before.on_sale or before.details != line.value.details:
                self._shelves.update(line.value, before, moment)
        unwritten = [
            LineError(line.line, "line", "could not be stored; import it again")
            for line in added
            if line.value.product_id in left
        ]
        errors = sorted([*bad, *unwritten], key=lambda error: error.line)
        return Report(len(added) - len(unwritten), len(updated), tuple(errors))


def _entry(new: NewEntry, moment: datetime) -> CatalogueEntry:
    return CatalogueEntry(new.product_id, new.details, new.stock, moment, moment)
