"""Mints access tokens as the shortener's sign-in does, for demo data and for trying the API from a shell.

python seed/access_token.py --user demo-ada
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Mapping

LIFETIME_S = 12 * 3600


def mint(secret: str, user_id: str, role: str, stage: str, lifetime_s: int = LIFETIME_S) -> str:
    """An HS256 JWT that the shortener's authorizer accepts."""
    now = int(time.time())
    claims = {
        "sub": user_id,
        "role": role,
        "iss": f"shortener-{stage}",
        "aud": "shortener",
        "iat": now,
        "exp": now + lifetime_s,
    }
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{signed}.{_text(hmac.digest(secret.encode(), signed.encode(), 'sha256'))}"


def _part(value: Mapping[str, object]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
