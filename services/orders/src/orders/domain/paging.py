"""Opaque, signed page positions: what we handed out for this very list, or nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from hmac import compare_digest, digest

from orders.domain.errors import ForgedTokenError

_SIGNATURE_BYTES = 32


class PageTokens:
    """Signs positions with a secret, bound to `listed`: the caller, the list and everything that filters it."""

    def __init__(self, secret: Callable[[], str]) -> None:
        self._secret = secret

    def sign(self, listed: str, position: str | None) -> str | None:
        """The nextToken for a position; None after the last page."""
        if position is None:
            return None
        raw = position.encode()
        return base64.urlsafe_b64encode(self._signature(listed, raw) + raw).decode().rstrip("=")

    def position(self, listed: str, token: str | None) -> str | None:
        """The position in a nextToken, None without one; raises ForgedTokenError."""
        if token is None:
            return None
        try:
            decoded = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise ForgedTokenError from None
        signature, raw = decoded[:_SIGNATURE_BYTES], decoded[_SIGNATURE_BYTES:]
        if not raw or not compare_digest(signature, self._signature(listed, raw)):
            raise ForgedTokenError
        return raw.decode()

    def _signature(self, listed: str, raw: bytes) -> bytes:
        return digest(self._secret().encode(), b"page\n" + listed.encode() + b"\n" + raw, "sha256")
