"""Tells the Warmer's calls from everybody else's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_warming(event: Mapping[str, Any]) -> bool:
    """True for a call that only keeps the function warm; no request and no notification has a source of its own."""
    return event.get("source") == "assets.warmer"
