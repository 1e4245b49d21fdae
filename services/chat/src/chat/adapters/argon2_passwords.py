"""Password hashes by Argon2id. https://www.rfc-editor.org/rfc/rfc9106

19 MiB, two passes, one lane: OWASP's smallest advice, some 30 ms of a function with 512 MB.
https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
"""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB, PASSES, LANES = 19_456, 2, 1


class Argon2Passwords:
    """The port Passwords."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        # Nobody's: what a guess at an unknown name is compared with.
        self._nobodys = self._hasher.hash(secrets.token_urlsafe(16))

    def hashed(self, password: str) -> str:
        return self._hasher.hash(password)

    def matches(self, password_hash: str | None, password: str) -> bool:
        try:
            self._hasher.verify(password_hash if password_hash is not None else self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None
