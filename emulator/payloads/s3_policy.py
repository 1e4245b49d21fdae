"""Whether a bucket's policy lets CloudFront do something: who, what, on what, and the conditions templates use.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

SERVICE = "cloudfront.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Caller:
    """kind: "anonymous", "oac" (the service on behalf of the distribution `arn`) or "oai" (its user `arn`)."""

    kind: str
    arn: str = ""
    canonical_user: str = ""


def allows(policy: Mapping[str, Any], caller: Caller, action: str, resource: str) -> bool:
    """An explicit deny wins, and no allow means no. A condition we do not know is read as the one that grants less."""
    effects = set()
    for statement in _listed(policy.get("Statement")):
        if isinstance(statement, Mapping) and _concerns(statement, caller, action, resource):
            met = _met(statement.get("Condition"), caller)
            effect = statement.get("Effect")
            if met or (met is None and effect == "Deny"):
                effects.add(effect)
    return "Allow" in effects and "Deny" not in effects


def _concerns(statement: Mapping[str, Any], caller: Caller, action: str, resource: str) -> bool:
    return (
        _is_principal(statement, caller)
        and _covers(statement, "Action", action.lower(), lower=True)
        and _covers(statement, "Resource", resource)
    )


def _is_principal(statement: Mapping[str, Any], caller: Caller) -> bool:
    if "NotPrincipal" in statement:
        return not _named(statement["NotPrincipal"], caller)
    return _named(statement.get("Principal"), caller)


def _named(principal: Any, caller: Caller) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return False
    if "*" in _listed(principal.get("AWS")):
        return True
    if caller.kind == "oac":
        return SERVICE in _listed(principal.get("Service"))
    if caller.kind == "oai":
        return caller.arn in _listed(principal.get("AWS")) or caller.canonical_user in _listed(
            principal.get("CanonicalUser")
        )
    return False


def _covers(statement: Mapping[str, Any], kind: str, value: str, *, lower: bool = False) -> bool:
    negated = f"Not{kind}" in statement
    patterns = [str(one) for one in _listed(statement.get(f"Not{kind}" if negated else kind))]
    matched = any(_pattern(one.lower() if lower else one).fullmatch(value) for one in patterns)
    return bool(patterns) and matched is not negated


def _met(condition: Any, caller: Caller) -> bool | None:
    """Whether a statement's conditions hold; None where one of them cannot be told."""
    if not condition:
        return True
    if not isinstance(condition, Mapping):
        return None
    known = _context(caller)
    verdicts = [
        _holds(operator, known[str(key).lower()], [str(one) for one in _listed(wanted)])
        if str(key).lower() in known
        else None
        for operator, tests in condition.items()
        if isinstance(tests, Mapping)
        for key, wanted in tests.items()
    ]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _context(caller: Caller) -> dict[str, str | None]:
    """The condition keys that we know; None: the request has no such key. CloudFront always comes by HTTPS."""
    service = caller.kind == "oac"
    return {
        "aws:securetransport": "true",
        "aws:sourcearn": caller.arn if service else None,
        "aws:sourceaccount": caller.arn.split(":")[4] if service else None,
    }


def _holds(operator: str, value: str | None, wanted: list[str]) -> bool | None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""
    name = operator.removesuffix("IfExists").lower()
    if name == "null":
        return (value is None) == (wanted == ["true"])
    if name in ("stringnotequals", "stringnotlike", "arnnotequals", "arnnotlike"):
        return value is None or not any(_pattern(one).fullmatch(value) for one in wanted)
    if name not in ("stringequals", "stringlike", "arnequals", "arnlike", "bool"):
        return None
    if value is None:
        return operator.endswith("IfExists")
    if name in ("stringequals", "bool"):
        return value in [one if name == "stringequals" else one.lower() for one in wanted]
    return any(_pattern(one).fullmatch(value) for one in wanted)


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    parts = ({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in text)
    return re.compile("".join(parts), re.DOTALL)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
