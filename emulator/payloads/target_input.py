"""What the target of an EventBridge rule gets: the event, a part of it, a constant, or a template filled from it.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from emulator.model import TargetInput

_PIECES = re.compile(r'"(?:\\.|[^"\\])*"|<[^<>]*>', re.DOTALL)
"""A JSON string, within which a variable is only text, or a variable outside of one."""
_VARIABLE = re.compile(r"<([^<>]*)>")
_STEP = re.compile(r"\.([\w/-]+)|\[(\d+|\*)\]|\['([^']*)'\]|\.(\*)")


@dataclass(frozen=True, slots=True)
class RuleContext:
    """The predefined variables that are not in the event. `received_s` is in seconds since the epoch."""

    rule_arn: str
    rule_name: str
    received_s: float


def target_payload(wanted: TargetInput, event: Mapping[str, Any], context: RuleContext) -> str:
    """The text that the target gets; not JSON where a template makes none."""
    if wanted.input is not None:
        return wanted.input
    if wanted.template is not None:
        return _filled(wanted.template, _variables(wanted.paths, event, context))
    if wanted.path is None:
        return _json(event)
    found = select(wanted.path, event)
    # A path that leads nowhere leaves the event as it is.
    return _json(event if found is None else found)


def select(path: str, event: Any) -> Any:
    """What stands at a JSONPath of dots, indices and wildcards; None when nothing does, a list for a wildcard."""
    found, several = [event], False
    for name, index, quoted, star in _STEP.findall(path.removeprefix("$")):
        every = star == "*" or index == "*"
        several = several or every
        step = name or quoted
        found = [below for value in found for below in _below(value, "*" if every else index or step, bool(index))]
    if several:
        return found or None
    return found[0] if found else None


def _below(value: Any, step: str, is_index: bool) -> list[Any]:
    if step == "*":
        return list(value.values()) if isinstance(value, Mapping) else list(value) if isinstance(value, list) else []
    if is_index:
        return [value[int(step)]] if isinstance(value, list) and int(step) < len(value) else []
    return [value[step]] if isinstance(value, Mapping) and step in value else []


def _variables(paths: Mapping[str, str], event: Mapping[str, Any], context: RuleContext) -> dict[str, Any]:
    received = datetime.fromtimestamp(context.received_s, UTC).isoformat(timespec="milliseconds")
    return {
        **{name: select(path, event) for name, path in paths.items()},
        "aws.events.rule-arn": context.rule_arn,
        "aws.events.rule-name": context.rule_name,
        "aws.events.event.ingestion-time": received.replace("+00:00", "Z"),
        # Recorded on AWS: here, and only here, the detail type is spelled detailType.
        "aws.events.event": {
            "detailType" if key == "detail-type" else key: value for key, value in event.items() if key != "detail"
        },
        "aws.events.event.json": event,
    }


def _filled(template: str, variables: Mapping[str, Any]) -> str:
    """A variable that is a JSON value gets the quotes it needs; one inside a JSON string is put in as text."""

    def text(match: re.Match[str]) -> str:
        return _as_text(match[0], variables.get(match[1], match[0]))

    def piece(match: re.Match[str]) -> str:
        found = match[0]
        if found.startswith('"'):
            return _VARIABLE.sub(text, found)
        return _as_value(variables[found[1:-1]]) if found[1:-1] in variables else found

    return _PIECES.sub(piece, template)


def _as_value(value: Any) -> str:
    # Recorded on AWS: a variable whose path leads nowhere is an empty text.
    return '""' if value is None else _json(value)


def _as_text(variable: str, value: Any) -> str:
    """AWS escapes nothing; objects and lists inside a string lose their quotes."""
    if value is None or value == variable:
        return "" if value is None else variable
    return value if isinstance(value, str) else _json(value).replace('"', "")


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
