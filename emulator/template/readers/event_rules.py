"""AWS::Events::Rule with an EventPattern -> model.RuleTarget, one for each target that is a function of the stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from emulator.model import Created, RuleTarget
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.permissions import tell_missing_permission
from emulator.template.readers.reading import Reading
from emulator.template.readers.target_inputs import read_target_input
from emulator.template.section import Section

# RetryPolicy is about handing the event to Lambda, which a queue on the backend always accepts.
_KNOWN = frozenset({"Arn", "Id", "Input", "InputPath", "InputTransformer", "DeadLetterConfig", "RetryPolicy"})
_REASONS = {"RoleArn": "functions are called without a role"}


def read_rule_targets(
    reading: Reading, functions: FunctionIndex, known: Mapping[str, Created]
) -> tuple[RuleTarget, ...]:
    """Functions of other stacks are listed as ignored; targets that are no functions are the backend's."""
    return tuple(
        _target(reading, logical_id, rule, target, function, known[logical_id])
        for logical_id, rule in reading.of("AWS::Events::Rule")
        if "EventPattern" in rule
        for target, function in _functions(reading, rule, functions)
    )


def _functions(reading: Reading, rule: Section, functions: FunctionIndex) -> list[tuple[Section, str]]:
    found = []
    for target in rule.subs("Targets"):
        arn = target.text("Arn")
        function = functions.find(arn)
        if function is not None:
            tell_missing_permission(reading, functions, function, "events.amazonaws.com", target, "Arn")
            found.append((target, function))
        elif ":lambda:" in arn:
            reading.ignore(target, "Arn", "the function does not run here, so no event reaches it")
    return found


def _target(
    reading: Reading, logical_id: str, rule: Section, target: Section, function: str, created: Created
) -> RuleTarget:
    reading.ignore_others(target, _KNOWN, _REASONS)
    bus, _, name = created.physical_id.rpartition("|")
    bus = bus or "default"
    place = "rule/" + (name if bus == "default" else f"{bus.split('/')[-1]}/{name}")
    return RuleTarget(
        logical_id=logical_id,
        target_id=target.text("Id"),
        function=function,
        rule=name,
        bus=bus,
        pattern=_pattern(rule),
        place=rule.place("EventPattern"),
        input=read_target_input(target),
        enabled=rule.one_of("State", ("ENABLED", "DISABLED", _MANAGEMENT), "ENABLED") != "DISABLED",
        dead_letter_arn=target.sub("DeadLetterConfig").optional_text("Arn"),
        rule_arn=created.attributes.get("Arn") or reading.names.arn("events", place),
    )


def _pattern(rule: Section) -> str:
    pattern = rule.values["EventPattern"]
    return pattern if isinstance(pattern, str) else json.dumps(pattern)


_MANAGEMENT = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
