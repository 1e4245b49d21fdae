"""Evaluates the IAM policy that a Lambda authorizer returns: an explicit deny wins, no allow means deny.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeGuard


def is_policy(document: Any) -> TypeGuard[dict[str, Any]]:
    """True for a document with well-formed statements."""
    if not isinstance(document, dict):
        return False
    statements = _listed(document.get("Statement"))
    return bool(statements) and all(_is_statement(statement) for statement in statements)


def allows(policy: Mapping[str, Any], action: str, resource: str) -> bool:
    effects = _effects(policy, action, resource)
    return "Allow" in effects and "Deny" not in effects


def denies(policy: Mapping[str, Any], action: str, resource: str) -> bool:
    """True for an explicit deny."""
    return "Deny" in _effects(policy, action, resource)


def _effects(policy: Mapping[str, Any], action: str, resource: str) -> set[str]:
    return {
        statement["Effect"] for statement in _listed(policy.get("Statement")) if _applies(statement, action, resource)
    }


def _is_statement(statement: Any) -> bool:
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        return False
    return all(
        isinstance(pattern, str)
        for kind in ("Action", "NotAction", "Resource", "NotResource")
        for pattern in _listed(statement.get(kind))
    )


def _applies(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    # Conditions are not evaluated here, so the statement is read in the way that grants less.
    if statement.get("Condition") and statement["Effect"] == "Allow":
        return False
    return _covers(statement, "Action", action.lower(), lower=True) and _covers(statement, "Resource", resource)


def _covers(statement: Mapping[str, Any], kind: str, value: str, *, lower: bool = False) -> bool:
    negated = f"Not{kind}" in statement
    patterns = _listed(statement.get(f"Not{kind}" if negated else kind))
    if not patterns:
        return False
    matched = any(_pattern(pattern.lower() if lower else pattern).fullmatch(value) for pattern in patterns)
    return matched is not negated


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    escaped = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.compile(escaped, re.DOTALL)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
