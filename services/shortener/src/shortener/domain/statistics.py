"""What is known about a link's clicks: shaped from the counters for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from shortener.domain.managing import ManageLinks
from shortener.domain.model import Caller
from shortener.domain.ports import Now, Statistics

Row = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """Clicks of one link. `days` has every day of the period, oldest first; the others are sorted by clicks."""

    total: int
    days: tuple[Row, ...]
    referrers: tuple[Row, ...]
    countries: tuple[Row, ...]
    devices: tuple[Row, ...]


class ReadStatistics:
    """The use case behind /links/{code}/stats."""

    def __init__(self, manage: ManageLinks, statistics: Statistics, now: Now) -> None:
        self._manage, self._statistics, self._now = manage, statistics, now

    def __call__(self, caller: Caller, code: str, days: int) -> Report:
        """All clicks, and those of each of the last `days` days (UTC). Raises LinkNotFoundError, NotOwnerError."""
        link = self._manage.read(caller, code)
        counts = self._statistics.read(link.link_id)
        today = datetime.fromtimestamp(self._now(), UTC).date()
        return Report(
            total=counts.clicks,
            days=_each_day(counts.days, today, days),
            referrers=_most_first(counts.referrers),
            countries=_most_first(counts.countries),
            devices=_most_first(counts.devices),
        )


def _each_day(clicks: Mapping[str, int], today: date, days: int) -> tuple[Row, ...]:
    names = [(today - timedelta(days=back)).isoformat() for back in reversed(range(days))]
    return tuple((name, clicks.get(name, 0)) for name in names)


def _most_first(clicks: Mapping[str, int]) -> tuple[Row, ...]:
    return tuple(sorted(clicks.items(), key=lambda row: (-row[1], row[0])))
