"""The filter policy of an SNS subscription as a pure function of a notification, in the language of event patterns.

https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
Evaluated here and not by the backend, whose matching differs from AWS's in some of the documented cases.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from emulator.errors import InvalidPatternError
from emulator.sources.pattern import Pattern, compile_pattern

Filter = Callable[[Mapping[str, Any]], bool]
"""Whether the subscription wants a notification, given as SNS sends it to queues."""

MOST_KEYS = 5


def topic_filter(attributes: Mapping[str, str]) -> Filter:
    """From a subscription's FilterPolicy and FilterPolicyScope. Raises InvalidPatternError for what SNS refuses."""
    policy = _policy(attributes.get("FilterPolicy", "{}"))
    if not policy:
        return lambda _: True
    scope = attributes.get("FilterPolicyScope", "MessageAttributes")
    if scope not in ("MessageAttributes", "MessageBody"):
        raise _invalid(scope, "FilterPolicyScope is MessageAttributes or MessageBody")
    if scope == "MessageAttributes" and _is_nested(policy):
        raise _invalid(policy, "a policy on message attributes cannot be nested")
    matches, read = compile_pattern(policy), _body if scope == "MessageBody" else _attributes
    return lambda notification: _wanted(matches, read(notification))


def _wanted(matches: Pattern, values: Mapping[str, Any] | None) -> bool:
    # Where there is nothing at all, not even {"exists": false} matches.
    # https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html
    return bool(values) and matches(values)


def _policy(text: str) -> dict[str, Any]:
    try:
        policy = json.loads(text)
    except ValueError:
        raise _invalid(text, "it is not JSON") from None
    if not isinstance(policy, dict):
        raise _invalid(text, "it is not a JSON object")
    if len(policy) > MOST_KEYS:
        raise _invalid(text, f"it has more than {MOST_KEYS} keys")
    return policy


def _is_nested(policy: Mapping[str, Any]) -> bool:
    if any(isinstance(value, Mapping) for value in policy.values()):
        return True
    alternatives = policy.get("$or")
    return isinstance(alternatives, list) and any(
        _is_nested(each) for each in alternatives if isinstance(each, Mapping)
    )


def _body(notification: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A message that is no JSON object matches no policy."""
    try:
        body = json.loads(notification["Message"])
    except (ValueError, TypeError):
        return None
    return body if isinstance(body, dict) else None


def _attributes(notification: Mapping[str, Any]) -> Mapping[str, Any]:
    """Name -> value in its own type. Binary attributes are not matched."""
    given = notification.get("MessageAttributes") or {}
    return {name: _value(one) for name, one in given.items() if not one.get("Type", "").startswith("Binary")}


def _value(attribute: Mapping[str, str]) -> Any:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html#SNSMessageAttributes.DataTypes"""
    kind, text = attribute.get("Type", "String"), attribute.get("Value", "")
    if kind == "String.Array" or kind.startswith("Number"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _invalid(found: Any, reason: str) -> InvalidPatternError:
    text = found if isinstance(found, str) else json.dumps(found)
    return InvalidPatternError(
        f"Filter policy is not valid: {reason}", found=text[:200], fix="Correct FilterPolicy or FilterPolicyScope."
    )
