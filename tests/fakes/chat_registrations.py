"""The port of registrations in memory; tests/integration/chat holds it and the real one to one contract."""

from __future__ import annotations

from chat.domain.model import Registration

from tests.fakes.chat_ports import FakeNow

KEPT_S = 24 * 3600


class FakeRegistrations:
    """Registrations in a dictionary, by key, and until when."""

    def __init__(self, now: FakeNow | None = None) -> None:
        self.by_key: dict[str, tuple[float, Registration]] = {}
        self._now = now or FakeNow()

    def reserve(self, key: str, wanted: Registration) -> Registration:
        until, first = self.by_key.get(key, (0.0, wanted))
        if until <= self._now():
            self.by_key[key] = (self._now() + KEPT_S, wanted)
            return wanted
        return first
