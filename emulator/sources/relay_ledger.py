"""Which routes into relay queues this stack ever made, so that those that left its template can be undone."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.model import RelayRoute
from emulator.sources.store import Store


@dataclass(frozen=True, slots=True)
class RelayLedger:
    """In the stack's SQLite file."""

    store: Store

    def routes(self) -> list[RelayRoute]:
        """What is needed of them to undo them."""
        return [RelayRoute(row[0], row[1], row[2]) for row in self.store.rows("SELECT queue, kind, source FROM relays")]

    def add(self, route: RelayRoute) -> None:
        self.store.write("INSERT OR REPLACE INTO relays VALUES (?, ?, ?)", route.queue, route.kind, route.source)

    def remove(self, route: RelayRoute) -> None:
        self.store.write("DELETE FROM relays WHERE queue = ?", route.queue)
