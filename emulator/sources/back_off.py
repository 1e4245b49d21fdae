"""How long something waits between two attempts."""

from __future__ import annotations

FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 10.0
"""Of a stream's shard. AWS backs off longer; here somebody has just saved the fix."""
_MOST_DOUBLINGS = 10


def back_off_s(tries_before: int, first_s: float = FIRST_RETRY_S, longest_s: float = LONGEST_RETRY_S) -> float:
    """`first_s`, doubled each time up to `longest_s`."""
    return float(min(longest_s, first_s * 2 ** min(tries_before, _MOST_DOUBLINGS)))
