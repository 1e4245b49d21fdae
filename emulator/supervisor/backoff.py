"""How long to wait before something that crashed is started again: at once, then doubling, capped, for ever."""

from __future__ import annotations

from dataclasses import dataclass, replace

FIRST_S = 0.2
CAP_S = 15.0
FORGIVEN_AFTER_S = 60.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """The crashes so far: how many in a row and when (monotonic seconds) the last one was."""

    crashes: int = 0
    last_s: float = 0.0

    def after_crash(self, now_s: float) -> Backoff:
        """One crash more; a crash after a quiet minute counts as the first."""
        in_a_row = self.crashes if now_s - self.last_s < FORGIVEN_AFTER_S else 0
        return replace(self, crashes=in_a_row + 1, last_s=now_s)

    @property
    def delay_s(self) -> float:
        """Seconds to wait before the next start: 0, 0.2, 0.4, … 15."""
        return 0.0 if self.crashes <= 1 else min(CAP_S, FIRST_S * 2.0 ** min(self.crashes - 2, 20))
