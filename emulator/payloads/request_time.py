"""Writes a time the way API Gateway's request context does: 12/Mar/2020:19:03:58 +0000."""

from __future__ import annotations

import time
from functools import lru_cache

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=4)
def request_time(epoch_s: int) -> str:
    """UTC whatever the machine's zone and language; one formatting per second is enough."""
    at = time.gmtime(epoch_s)
    return f"{at.tm_mday:02}/{_MONTHS[at.tm_mon - 1]}/{at.tm_year}:{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02} +0000"
