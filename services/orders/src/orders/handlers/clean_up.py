"""Runs on a schedule: orders that are due, then the audit's archive."""

from __future__ import annotations

from typing import Any

from orders import wiring
from orders.journal import correlated, count, journalled, log

_env = wiring.environment()
_orders, _archive = wiring.clean_up(_env)
_SPARE_MS = 15_000


@journalled(_env.stage, "Cleanup")
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """How many orders were looked at in which way, and days archived."""

    def may_go_on() -> bool:
        return int(context.get_remaining_time_in_millis()) > _SPARE_MS

    with correlated(str(event.get("id", ""))):
        done = dict(_orders.run(may_go_on))
        done["days_archived"] = _archive.run(may_go_on)
        count(OrdersExpired=done.get("expired", 0), OrdersAbandoned=done.get("abandoned", 0))
        log.info("cleaned up", done=done)
    return done
