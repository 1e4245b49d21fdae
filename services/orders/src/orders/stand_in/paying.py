"""What the stand-in does with a charge or a refund: the payment method's name tells it. Pure but for the ledger.

pm_decline        declined
pm_fail           500 every time, nothing taken;  pm_fail_2: the first two times, then approved
pm_hang           takes the money and does not answer;  pm_hang_1: the first time only
pm_twice          approved, and answered twice where the wire allows it
anything else     approved
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Manner(StrEnum):
    """How an answer is given."""

    PLAIN = "plain"
    NEVER = "never"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one call."""

    status: int
    body: Mapping[str, Any]
    manner: Manner = Manner.PLAIN


@dataclass(frozen=True, slots=True)
class Entry:
    """One key in the ledger. `taken` stays when it is given back, so that it can be shown."""

    key: str
    attempts: int = 0
    taken: int = 0
    times_taken: int = 0
    refunded: bool = False


class Ledger(Protocol):
    """Every method is atomic."""

    def attempt(self, key: str) -> Entry:
        """Counts a call to charge."""

    def take(self, key: str, amount: int) -> Entry:
        """Takes the money unless it was taken, or refunded, before."""

    def give_back(self, key: str) -> Entry:
        """Marks as refunded, for good."""


def charge(ledger: Ledger, key: str, amount: int, method: str) -> Answer:
    """POST /charges."""
    how, _, times = method.removeprefix("pm_").partition("_")
    entry = ledger.attempt(key)
    misbehaves = not times.isdigit() or entry.attempts <= int(times)
    if how == "decline":
        return Answer(402, {"idempotencyKey": key, "status": "declined", "reason": "card_declined"})
    if how == "fail" and misbehaves:
        return Answer(500, {"message": "Something broke."})
    entry = ledger.take(key, amount)
    if entry.refunded:
        return Answer(409, {"idempotencyKey": key, "status": "voided"})
    approved = {"idempotencyKey": key, "status": "approved", "paymentId": f"pay_{key}", "amount": entry.taken}
    manner = {"hang": Manner.NEVER if misbehaves else Manner.PLAIN, "twice": Manner.TWICE}.get(how, Manner.PLAIN)
    return Answer(200, approved, manner)


def refund(ledger: Ledger, key: str) -> Answer:
    """POST /refunds."""
    return Answer(200, {"idempotencyKey": key, "status": "refunded", "amount": ledger.give_back(key).taken})


def shown(entry: Entry) -> Mapping[str, Any]:
    """GET /payments/{key}: what the ledger says."""
    return {
        "idempotencyKey": entry.key,
        "attempts": entry.attempts,
        "taken": entry.taken,
        "timesTaken": entry.times_taken,
        "refunded": entry.refunded,
        "kept": 0 if entry.refunded else entry.taken,
    }
