"""Follows a short code: at most one read, exactly one write. Whoever gets a target has been counted."""

from __future__ import annotations

from shortener.domain.codes import is_well_formed
from shortener.domain.errors import LinkGoneError, LinkNotFoundError
from shortener.domain.events import Recorder
from shortener.domain.model import Destination, Visit
from shortener.domain.ports import Destinations, Now, Outbox


class HotCodes:
    """The codes asked for lately, at most `size` of them, none older than `max_age_s`; in front of `behind`.

    Unknown and disabled codes are not kept: a link works the moment it is created or enabled.
    """

    def __init__(self, behind: Destinations, now: Now, size: int = 1_000, max_age_s: float = 10.0) -> None:
        self._behind, self._now, self._size, self._max_age_s = behind, now, size, max_age_s
        self._kept: dict[str, tuple[float, Destination]] = {}

    def find(self, code: str) -> Destination | None:
        kept = self._kept.get(code)
        if kept is not None and self._now() - kept[0] < self._max_age_s:
            return kept[1]
        return self._read(code)

    def _read(self, code: str) -> Destination | None:
        self._kept.pop(code, None)
        found = self._behind.find(code)
        if found is not None and found.active:
            if len(self._kept) >= self._size:
                self._kept.pop(next(iter(self._kept)))
            self._kept[code] = (self._now(), found)
        return found


class FollowLink:
    """The redirect's use case."""

    def __init__(self, destinations: Destinations, outbox: Outbox, recorder: Recorder, now: Now) -> None:
        self._destinations, self._outbox, self._recorder, self._now = destinations, outbox, recorder, now

    def __call__(self, visit: Visit) -> str:
        """The target. Raises LinkNotFoundError, LinkGoneError, UnavailableError.

        The click is stored before the target is given away: an answer that cannot be counted is not given.
        """
        found = self._destinations.find(visit.code) if is_well_formed(visit.code) else None
        if found is None:
            raise LinkNotFoundError("There is no link with this code.")
        if not found.active:
            raise LinkGoneError("This link has been disabled.")
        if found.expires_at is not None and found.expires_at <= self._now():
            raise LinkGoneError("This link has expired.")
        self._outbox.add(self._recorder.clicked(visit, found.link_id))
        return found.target
