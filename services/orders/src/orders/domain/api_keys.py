"""API keys of integrations: `ok_<id>_<secret>`. Only a hash of the secret is stored. Pure.

The secret has 256 random bits, so one SHA-256 is enough: there is nothing to guess that a slow hash would slow down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from orders.domain.permissions import Permission

_FORM = re.compile(r"ok_([0-9a-f]{16})_([A-Za-z0-9_-]{43})").fullmatch


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is stored of a key. Times are seconds since the epoch; `expires_at` None is never."""

    key_id: str
    name: str
    hashed: str
    scopes: frozenset[Permission]
    created_at: float
    created_by: str
    expires_at: float | None = None
    revoked_at: float | None = None

    def works(self, now: float) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """A key as an integration sends it."""

    key_id: str
    secret: str

    def opens(self, key: ApiKey, now: float) -> bool:
        """True when it is this key and the key works."""
        return compare_digest(hashed(self.key_id, self.secret), key.hashed) and key.works(now)


def read(text: str) -> PresentedKey | None:
    """The parts of a key, None when it is not shaped like one."""
    found = _FORM(text.strip())
    return PresentedKey(found[1], found[2]) if found else None


def written(key_id: str, secret: str) -> str:
    """The text that an integration is given, once. `key_id` is 16 hex digits, `secret` 32 bytes as URL-safe base64."""
    return f"ok_{key_id}_{secret}"


def hashed(key_id: str, secret: str) -> str:
    """What is stored instead of the secret."""
    return sha256(f"{key_id}:{secret}".encode()).hexdigest()
