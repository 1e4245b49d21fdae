"""The control endpoints for schedules: which there are, when they fire next, and firing one now.

GET /_terrarium/schedules; POST /_terrarium/schedules/<logical id or name>.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import flask

from emulator.model import Schedule


class Schedules(Protocol):
    """What runs the schedules of a stack."""

    def upcoming(self) -> Sequence[tuple[Schedule, float | None]]:
        """Each with the epoch seconds at which it fires next; None when it does not."""

    def trigger(self, name: str) -> Sequence[Schedule]:
        """Fire now what has this logical id or name; what fired. Raises BackendError."""


def blueprint(schedules: Schedules) -> flask.Blueprint:
    """Both endpoints. A name that nobody has is answered with 404 and the schedules there are."""
    routes = flask.Blueprint("schedule_api", __name__, url_prefix="/_terrarium/schedules")

    def listed() -> flask.Response:
        return _answer(200, {"schedules": [_described(*one) for one in schedules.upcoming()]})

    def fired(name: str) -> flask.Response:
        chosen = schedules.trigger(name)
        if chosen:
            return _answer(200, {"fired": [{"schedule": one.logical_id, "target": one.target_arn} for one in chosen]})
        known = [_described(*one) for one in schedules.upcoming()]
        return _answer(404, {"message": f"There is no schedule {name}", "schedules": known})

    routes.add_url_rule("", "list", listed, methods=["GET"])
    routes.add_url_rule("/<name>", "trigger", fired, methods=["POST"])
    return routes


def _described(schedule: Schedule, due_s: float | None) -> dict[str, Any]:
    due = None if due_s is None else datetime.fromtimestamp(due_s, UTC).isoformat(timespec="seconds")
    return {
        "schedule": schedule.logical_id,
        "name": schedule.name,
        "expression": schedule.expression,
        "time_zone": schedule.time_zone,
        "target": schedule.target_arn,
        "state": "ENABLED" if schedule.enabled else "DISABLED",
        "next": due,
    }


def _answer(status: int, document: dict[str, Any]) -> flask.Response:
    return flask.Response(json.dumps(document), status, content_type="application/json")
