"""AWS::Events::Rule with a ScheduleExpression and AWS::Scheduler::Schedule -> model.Schedule, one for each target.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.model import Created, Schedule
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.permissions import tell_missing_permission
from emulator.template.readers.reading import Reading
from emulator.template.readers.target_inputs import read_target_input
from emulator.template.section import Section

_CALLED = ("lambda", "sqs", "sns", "events", "states", "kinesis", "firehose")
_UNIVERSAL = "arn:aws:scheduler:::aws-sdk:"
_PARAMETERS = ("SqsParameters", "EventBridgeParameters", "KinesisParameters")
_KNOWN = frozenset(
    ["Arn", "Id", "RoleArn", "Input", "InputPath", "InputTransformer", "RetryPolicy", "DeadLetterConfig", *_PARAMETERS]
)
_SECONDS_A_DAY, _MOST_RETRIES, _MINUTES_A_DAY = 86_400, 185, 1_440


def read_schedules(reading: Reading, functions: FunctionIndex, known: Mapping[str, Created]) -> tuple[Schedule, ...]:
    """Targets that nobody can call here are listed as ignored."""
    schedules = []
    for logical_id, section in reading.of("AWS::Events::Rule"):
        if "ScheduleExpression" in section:
            for target in _callable(reading, section.subs("Targets")):
                schedule = _of_rule(reading, logical_id, section, target, functions, known)
                schedules.append(schedule)
                if schedule.function is not None:
                    tell_missing_permission(
                        reading, functions, schedule.function, "events.amazonaws.com", target, "Arn"
                    )
    for logical_id, section in reading.of("AWS::Scheduler::Schedule"):
        for target in _callable(reading, [section.sub("Target")]):
            schedules.append(_of_scheduler(reading, logical_id, section, target, functions, known))
    return tuple(schedules)


def _callable(reading: Reading, targets: list[Section]) -> list[Section]:
    """Those targets that take a message, a call or an event."""
    found = []
    for target in targets:
        arn = target.text("Arn")
        service = arn.split(":")[2] if arn.count(":") >= 5 else arn
        if service in _CALLED or arn.startswith(_UNIVERSAL):
            found.append(target)
            reading.ignore_others(target, _KNOWN, {})
        else:
            reading.ignore(target, "Arn", f"schedules do not call {service} here")
    return found


def _of_rule(
    reading: Reading,
    logical_id: str,
    rule: Section,
    target: Section,
    functions: FunctionIndex,
    known: Mapping[str, Created],
) -> Schedule:
    name = known[logical_id].physical_id.rpartition("|")[2]
    return Schedule(
        logical_id=logical_id,
        name=name,
        kind="rule",
        expression=rule.text("ScheduleExpression"),
        place=rule.place("ScheduleExpression"),
        arn=known[logical_id].attributes.get("Arn") or reading.names.arn("events", f"rule/{name}"),
        enabled=rule.text("State", "ENABLED") != "DISABLED",
        **_target(target, functions),
        target_id=target.text("Id", ""),
    )


def _of_scheduler(
    reading: Reading,
    logical_id: str,
    section: Section,
    target: Section,
    functions: FunctionIndex,
    known: Mapping[str, Created],
) -> Schedule:
    name, group = known[logical_id].physical_id, section.text("GroupName", "default")
    window = section.sub("FlexibleTimeWindow")
    flexible = window.one_of("Mode", ("OFF", "FLEXIBLE"), "OFF") == "FLEXIBLE"
    return Schedule(
        logical_id=logical_id,
        name=name,
        kind="scheduler",
        expression=section.text("ScheduleExpression"),
        place=section.place("ScheduleExpression"),
        arn=known[logical_id].attributes.get("Arn") or reading.names.arn("scheduler", f"schedule/{group}/{name}"),
        enabled=section.one_of("State", ("ENABLED", "DISABLED"), "ENABLED") == "ENABLED",
        **_target(target, functions),
        group=group,
        time_zone=section.text("ScheduleExpressionTimezone", "UTC"),
        flexible_window_minutes=window.number("MaximumWindowInMinutes", 0, 1, _MINUTES_A_DAY) if flexible else 0,
        starts=section.optional_text("StartDate"),
        ends=section.optional_text("EndDate"),
        delete_when_done=section.one_of("ActionAfterCompletion", ("NONE", "DELETE"), "NONE") == "DELETE",
    )


def _target(target: Section, functions: FunctionIndex) -> dict[str, Any]:
    """What rules and Scheduler describe alike."""
    retry = target.sub("RetryPolicy")
    return {
        "target_arn": target.text("Arn"),
        "function": functions.find(target.text("Arn")),
        "input": read_target_input(target),
        "max_age_s": retry.number("MaximumEventAgeInSeconds", _SECONDS_A_DAY, 60, _SECONDS_A_DAY),
        "max_retries": retry.number("MaximumRetryAttempts", _MOST_RETRIES, 0, _MOST_RETRIES),
        "dead_letter_arn": target.sub("DeadLetterConfig").optional_text("Arn"),
        "target_parameters": {name: dict(target.sub(name).values) for name in _PARAMETERS if name in target},
    }
