"""API keys of integrations: admins issue and revoke them, the authorizer recognises them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol

from orders.domain import api_keys
from orders.domain.api_keys import ApiKey
from orders.domain.errors import ConflictError, InvalidFieldsError, NotFoundError
from orders.domain.idempotency import Request
from orders.domain.permissions import Caller, Permission


class Keys(Protocol):
    """The stored keys. Every call raises UnavailableError when the table does not answer."""

    def add(self, key: ApiKey) -> bool:
        """False when there is a key of that id: it stays as it is."""

    def find(self, key_id: str) -> ApiKey | None: ...

    def all(self, limit: int, position: str | None) -> tuple[tuple[ApiKey, ...], str | None]:
        """One page, newest first, and where the next begins."""

    def revoke(self, key_id: str, moment: float) -> ApiKey | None:
        """The revoked key, None when there is none. A key revoked before keeps its moment."""


class ManageKeys:
    """The use cases behind /api-keys."""

    def __init__(self, keys: Keys, now: Callable[[], float]) -> None:
        self._keys, self._now = keys, now

    def issue(
        self, by: Caller, name: str, scopes: frozenset[Permission], expires_at: float | None, request: Request
    ) -> tuple[ApiKey, str]:
        """The new key and its text, which is never to be seen again: the same Idempotency-Key makes no second one.

        Raises InvalidFieldsError, ConflictError (already_exists).
        """
        if expires_at is not None and expires_at <= self._now():
            raise InvalidFieldsError(("expiresAt", "must be in the future"))
        key_id, secret = request.id_for(lambda: secrets.token_hex(8))[:16], secrets.token_urlsafe(32)
        hashed = api_keys.hashed(key_id, secret)
        key = ApiKey(key_id, name, hashed, scopes, self._now(), by.caller_id, expires_at)
        if not self._keys.add(key):
            raise ConflictError("already_exists", f"This request made the key {key_id}; revoke it and issue another.")
        return key, api_keys.written(key_id, secret)

    def newest(self, limit: int, position: str | None) -> tuple[tuple[ApiKey, ...], str | None]:
        return self._keys.all(limit, position)

    def revoke(self, key_id: str) -> ApiKey:
        """Works within the authorizer's cache time. Raises NotFoundError."""
        revoked = self._keys.revoke(key_id, self._now())
        if revoked is None:
            raise NotFoundError("api_key", key_id)
        return revoked


class RecogniseKey:
    """What the authorizer asks: whose key is this?"""

    def __init__(self, keys: Keys, now: Callable[[], float]) -> None:
        self._keys, self._now = keys, now

    def __call__(self, text: str) -> ApiKey | None:
        """The key that works, or None. Raises UnavailableError."""
        presented = api_keys.read(text)
        key = self._keys.find(presented.key_id) if presented else None
        return key if presented and key and presented.opens(key, self._now()) else None
