"""How long a stream's shard waits between two attempts."""

from __future__ import annotations

FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 10.0
"""AWS backs off longer; here somebody has just saved the fix."""


def back_off_s(tries_before: int) -> float:
    """Half a second, doubled each time up to ten."""
    return float(min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(tries_before, 10)))
