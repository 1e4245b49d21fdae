"""What must be remembered of asynchronous events besides the messages themselves, in the stack's SQLite file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emulator.model import QueueMessage
from emulator.sources.store import Store


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing to send when an event is over: an invocation record or a dead letter."""

    arn: str
    body: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class History:
    """What happened to an event so far. `parcels` is None while the function has still to be invoked."""

    failures: int = 0
    throttles: int = 0
    parcels: tuple[Parcel, ...] | None = None


@dataclass(frozen=True, slots=True)
class AsyncLedger:
    """Histories by message id, messages in hand, and which functions have a queue."""

    store: Store

    def functions(self) -> list[str]:
        """Logical ids of the functions that ever had an asynchronous event."""
        return [row[0] for row in self.store.rows("SELECT logical_id FROM async_functions")]

    def add_function(self, logical_id: str) -> None:
        self.store.write("INSERT OR IGNORE INTO async_functions VALUES (?)", logical_id)

    def history(self, message_id: str) -> History:
        rows = self.store.rows(
            "SELECT failures, throttles, deliveries FROM async_events WHERE message_id = ?", message_id
        )
        if not rows:
            return History()
        failures, throttles, parcels = rows[0]
        loaded = None if parcels is None else tuple(Parcel(**parcel) for parcel in json.loads(parcels))
        return History(failures, throttles, loaded)

    def remember(self, message_id: str, history: History) -> None:
        parcels = None
        if history.parcels is not None:
            parcels = json.dumps(
                [{"arn": p.arn, "body": p.body, "attributes": dict(p.attributes)} for p in history.parcels]
            )
        self.store.write(
            "INSERT OR REPLACE INTO async_events VALUES (?, ?, ?, ?)",
            message_id,
            history.failures,
            history.throttles,
            parcels,
        )

    def forget(self, message_id: str) -> None:
        self.store.write("DELETE FROM async_events WHERE message_id = ?", message_id)

    def taken(self, url: str, messages: Sequence[QueueMessage]) -> None:
        """These messages are in the hands of this process now."""
        rows = [(message.message_id, message.receipt_handle, url) for message in messages]
        self.store.write_many("INSERT OR REPLACE INTO async_in_hand VALUES (?, ?, ?)", rows)

    def returned(self, message_id: str) -> None:
        self.store.write("DELETE FROM async_in_hand WHERE message_id = ?", message_id)

    def orphans(self) -> list[tuple[str, str, str]]:
        """Message id, receipt handle and queue of messages that a killed predecessor had in its hands."""
        rows = self.store.rows("SELECT message_id, receipt_handle, url FROM async_in_hand")
        return [(row[0], row[1], row[2]) for row in rows]
