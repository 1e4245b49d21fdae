"""Writes an event as the JSON bytes a function receives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def event_json(event: Mapping[str, Any]) -> bytes:
    """UTF-8; half a surrogate pair, which a token's claims may contain, becomes a question mark."""
    return _encode(event).encode("utf-8", "replace")
