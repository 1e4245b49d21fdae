"""Counts the requests of an API key within days, weeks or months of UTC, on the injected clock.

Counts live as long as the process: a restart begins them anew.
https://docs.aws.amazon.com/apigateway/latest/api/API_QuotaSettings.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from emulator.model import Quota


class QuotaUse:
    """How much of a quota one key has used in the running period."""

    def __init__(self, quota: Quota, now: Callable[[], float]) -> None:
        self._quota, self._now = quota, now
        self._lock = threading.Lock()
        self._began = period_start(quota.period, now())
        self._used = quota.offset

    def take(self) -> bool:
        """True when the request still belongs to the quota."""
        with self._lock:
            began = period_start(self._quota.period, self._now())
            if began != self._began:
                self._began, self._used = began, 0
            if self._used >= self._quota.limit:
                return False
            self._used += 1
            return True


def period_start(period: Literal["DAY", "WEEK", "MONTH"], now_s: float) -> date:
    """The first day, in UTC, of the period that this moment belongs to. Weeks begin on Sunday."""
    today = datetime.fromtimestamp(now_s, UTC).date()
    if period == "MONTH":
        return today.replace(day=1)
    return today - timedelta(days=today.isoweekday() % 7) if period == "WEEK" else today
