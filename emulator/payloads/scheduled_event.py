"""What schedules send: the Scheduled Event of rules and of EventBridge Scheduler, and their dead letters.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

Exhausted = Literal["MaximumRetryAttempts", "MaximumEventAgeInSeconds"]
_MESSAGE_LIMIT = 1_024


@dataclass(frozen=True, slots=True)
class Firing:
    """One time that a schedule was due, in seconds since the epoch. `attempt` counts from 1."""

    arn: str
    account_id: str
    region: str
    scheduled_s: float
    execution_id: str
    attempt: int = 1

    @property
    def time(self) -> str:
        return datetime.fromtimestamp(self.scheduled_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rule_event(firing: Firing) -> dict[str, Any]:
    """The event of a rule; its id is the same for every target and every attempt."""
    return {
        "version": "0",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{firing.arn}@{firing.scheduled_s:.3f}")),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": firing.account_id,
        "time": firing.time,
        "region": firing.region,
        "resources": [firing.arn],
        "detail": {},
    }


def scheduler_event(firing: Firing) -> dict[str, Any]:
    """What Scheduler sends where the target has no Input. Its detail is text, unlike that of a rule."""
    return {**rule_event(firing), "source": "aws.scheduler", "detail": "{}"}


def with_context(text: str, firing: Firing) -> str:
    """Scheduler's keywords in an Input replaced."""
    values = {
        "schedule-arn": firing.arn,
        "scheduled-time": firing.time,
        "execution-id": firing.execution_id,
        "attempt-number": str(firing.attempt),
    }
    for name, value in values.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text


def scheduler_dead_letter(
    firing: Firing, target_arn: str, error: tuple[str, str], exhausted: Exhausted | None
) -> dict[str, str]:
    """Message attributes; the body is the payload. `error` is a code and a sentence.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
    """
    return {
        **_failure(target_arn, firing, error, exhausted),
        "EXECUTION_ID": firing.execution_id,
        "IS_PAYLOAD_TRUNCATED": "false",
        "SCHEDULED_TIME": firing.time,
        "SCHEDULE_ARN": firing.arn,
    }


def rule_dead_letter(
    firing: Firing, target_arn: str, error: tuple[str, str], exhausted: Exhausted | None
) -> dict[str, str]:
    """The same of a rule.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    return {**_failure(target_arn, firing, error, exhausted), "RULE_ARN": firing.arn}


def _failure(target_arn: str, firing: Firing, error: tuple[str, str], exhausted: Exhausted | None) -> Mapping[str, str]:
    attributes = {
        "ERROR_CODE": error[0],
        "ERROR_MESSAGE": error[1][:_MESSAGE_LIMIT],
        "RETRY_ATTEMPTS": str(firing.attempt - 1),
        "TARGET_ARN": target_arn,
    }
    # An error that no retry can mend exhausts nothing.
    return attributes if exhausted is None else {**attributes, "EXHAUSTED_RETRY_CONDITION": exhausted}
