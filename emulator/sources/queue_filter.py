"""Which SQS messages a mapping's filter criteria let through.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from emulator.sources.pattern import parse_pattern

_Record = dict[str, Any]


def queue_filter(patterns: Iterable[str]) -> Callable[[_Record], bool]:
    """Whether a record of the event passes: any of the patterns matches, or there are none."""
    tests = [_test(text) for text in patterns]
    return lambda record: not tests or any(test(record) for test in tests)


def _test(text: str) -> Callable[[_Record], bool]:
    """A pattern for JSON bodies drops plain texts, and one for plain texts drops JSON bodies."""
    matches = parse_pattern(text)
    rules = list(_body_rules(json.loads(text)))
    if not rules:
        return matches
    wants_json = any(isinstance(rule, Mapping) for rule in rules)

    def passes(record: _Record) -> bool:
        parsed = _parsed(record["body"])
        if (parsed is not None) is not wants_json:
            return False
        return matches({**record, "body": parsed} if wants_json else record)

    return passes


def _body_rules(pattern: Mapping[str, Any]) -> Iterable[Any]:
    """What a pattern says of the body, in whichever alternative."""
    if "body" in pattern:
        yield pattern["body"]
    for alternative in pattern.get("$or", ()):
        yield from _body_rules(alternative)


def _parsed(body: str) -> Any:
    """The body as JSON, None when it is plain text. A lone number or word is text that happens to parse."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict | list) else None
