"""Opaque, signed page positions: what we handed out for this list, or nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from hmac import compare_digest, digest

from chat.domain.errors import ForgedTokenError

_SIGNATURE_BYTES = 32


class PageTokens:
    """Signs positions with a secret, bound to the list they are of."""

    def __init__(self, secret: Callable[[], str]) -> None:
        self._secret = secret

    def sign(self, list_name: str, position: str | None) -> str | None:
        """The nextToken for a position; None for none."""
        if position is None:
            return None
        raw = position.encode()
        return base64.urlsafe_b64encode(self._signature(list_name, raw) + raw).decode().rstrip("=")

    def position(self, list_name: str, token: str | None) -> str | None:
        """The position in a nextToken; raises ForgedTokenError."""
        if token is None:
            return None
        try:
            decoded = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise ForgedTokenError("nextToken is not one of ours.") from None
        signature, raw = decoded[:_SIGNATURE_BYTES], decoded[_SIGNATURE_BYTES:]
        if not raw or not compare_digest(signature, self._signature(list_name, raw)):
            raise ForgedTokenError("nextToken is not one of ours.")
        return raw.decode()

    def _signature(self, list_name: str, raw: bytes) -> bytes:
        return digest(self._secret().encode(), list_name.encode() + b"\n" + raw, "sha256")
