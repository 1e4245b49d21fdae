"""Opaque, signed page positions: what we handed out to this caller, or nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from hmac import compare_digest, digest

from shortener.domain.errors import ForgedTokenError

_SIGNATURE_BYTES = 32


class PageTokens:
    """Signs positions with a secret, bound to the owner whose list it is."""

    def __init__(self, secret: Callable[[], str]) -> None:
        self._secret = secret

    def sign(self, owner: str, position: str) -> str:
        """The nextToken for a position."""
        raw = position.encode()
        return base64.urlsafe_b64encode(self._signature(owner, raw) + raw).decode().rstrip("=")

    def position(self, owner: str, token: str) -> str:
        """The position in a nextToken; raises ForgedTokenError."""
        try:
            decoded = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise ForgedTokenError("nextToken is not one of ours.") from None
        signature, raw = decoded[:_SIGNATURE_BYTES], decoded[_SIGNATURE_BYTES:]
        if not raw or not compare_digest(signature, self._signature(owner, raw)):
            raise ForgedTokenError("nextToken is not one of ours.")
        return raw.decode()

    def _signature(self, owner: str, raw: bytes) -> bytes:
        return digest(self._secret().encode(), owner.encode() + b"\n" + raw, "sha256")
