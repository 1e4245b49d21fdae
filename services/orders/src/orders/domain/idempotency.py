"""Idempotency-Key without a ledger of answers: the key decides the id of what is made, the body its fingerprint.

A second POST with the key finds the id taken: with the same fingerprint it gets the first answer again, with another
one KeyReusedError. Nothing can be lost between a ledger and the thing itself, and two at once cannot both make it.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from orders.domain.errors import KeyReusedError

_NAMESPACE = uuid.UUID("6f1c5a2e-52b5-4d0c-9d0a-0d7f4f1f7a55")


@dataclass(frozen=True, slots=True)
class Request:
    """What makes a POST the same as another. `key` is empty without the header."""

    kind: str
    caller_id: str
    key: str
    fingerprint: str

    def id_for(self, new_id: Callable[[], str]) -> str:
        """The id of what this request makes: its own every time without a key, the key's with one."""
        if not self.key:
            return new_id()
        return uuid.uuid5(_NAMESPACE, f"{self.kind}\n{self.caller_id}\n{self.key}").hex

    def require_same(self, fingerprint: str) -> None:
        """Raises KeyReusedError when what exists was made by another body."""
        if fingerprint != self.fingerprint:
            raise KeyReusedError


def fingerprint(body: object) -> str:
    """The same for the same JSON value, however it was written."""
    plain = json.dumps(body, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(plain.encode()).hexdigest()
