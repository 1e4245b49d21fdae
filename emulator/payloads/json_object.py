"""What functions answer is JSON, or should be."""

from __future__ import annotations

import json
from typing import Any


def json_object(text: bytes | str) -> dict[str, Any] | None:
    """The object; None for anything else, malformed and too deeply nested texts among it."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
