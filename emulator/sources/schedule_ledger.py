"""What must be remembered of schedules over a restart: what is due next, and firings not yet delivered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from emulator.sources.store import Store


@dataclass(frozen=True, slots=True)
class Plan:
    """Of one schedule: when it was created, for which time it is due next, and at which moment it then fires.

    `scheduled_s` and `due_s` differ by the flexible time window; None when nothing is due any more.
    """

    timetable: str
    created_s: float
    scheduled_s: float | None
    due_s: float | None


@dataclass(frozen=True, slots=True)
class Pending:
    """A firing on its way to the target: `attempts` were made, the next is due at `due_s`."""

    schedule: str
    scheduled_s: float
    began_s: float
    attempts: int
    due_s: float


@dataclass(frozen=True, slots=True)
class ScheduleLedger:
    """Plans and pending firings by the key of their schedule."""

    store: Store

    def plan(self, schedule: str) -> Plan | None:
        rows = self.store.rows(
            "SELECT timetable, created_s, scheduled_s, due_s FROM schedule_plans WHERE schedule = ?", schedule
        )
        return Plan(*rows[0]) if rows else None

    def remember(self, schedule: str, plan: Plan) -> None:
        self.store.write(
            "INSERT OR REPLACE INTO schedule_plans VALUES (?, ?, ?, ?, ?)",
            schedule,
            plan.timetable,
            plan.created_s,
            plan.scheduled_s,
            plan.due_s,
        )

    def forget_others(self, schedules: Collection[str]) -> None:
        """Forget every schedule but these: one that returns to the template later is a new one."""
        for (schedule,) in self.store.rows("SELECT schedule FROM schedule_plans"):
            if schedule not in schedules:
                self.store.write("DELETE FROM schedule_plans WHERE schedule = ?", schedule)
                self.store.write("DELETE FROM schedule_firings WHERE schedule = ?", schedule)

    def pending(self) -> list[Pending]:
        rows = self.store.rows("SELECT schedule, scheduled_s, began_s, attempts, due_s FROM schedule_firings")
        return [Pending(*row) for row in rows]

    def keep(self, pending: Pending) -> None:
        self.store.write(
            "INSERT OR REPLACE INTO schedule_firings VALUES (?, ?, ?, ?, ?)",
            pending.schedule,
            pending.scheduled_s,
            pending.began_s,
            pending.attempts,
            pending.due_s,
        )

    def drop(self, pending: Pending) -> None:
        self.store.write(
            "DELETE FROM schedule_firings WHERE schedule = ? AND scheduled_s = ?", pending.schedule, pending.scheduled_s
        )
