"""Matches labels that earlier rules added.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-label-match.html
"""

from __future__ import annotations

from collections.abc import Iterable

from emulator.model.web_acls import LabelMatch

_QUALIFIED = "awswaf:"


def holds_label(match: LabelMatch, labels: Iterable[str], context: str) -> bool:
    """context: the prefix of labels of the same web ACL or group, which a key that is not qualified looks at."""
    if match.key.startswith(_QUALIFIED):
        return any(_is(match, label) for label in labels)
    within = (label.removeprefix(context) for label in labels if label.startswith(context))
    return any(_is_part(match, label) for label in within)


def _is(match: LabelMatch, label: str) -> bool:
    return label.startswith(match.key) if match.scope == "NAMESPACE" else label == match.key


def _is_part(match: LabelMatch, label: str) -> bool:
    """The name with any number of the namespaces before it, or such namespaces."""
    if match.scope == "NAMESPACE":
        return f":{match.key}" in f":{label}"
    return f":{label}".endswith(f":{match.key}")
