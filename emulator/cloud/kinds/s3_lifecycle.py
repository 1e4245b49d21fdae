"""A template's lifecycle rules as the API takes them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TRANSITION_NAMES = {"TransitionInDays": "Days", "TransitionDate": "Date"}


def convert(given: Mapping[str, Any]) -> dict[str, Any]:
    """LifecycleConfiguration with Rules."""
    return {"Rules": [_rule(rule) for rule in given["Rules"]]}


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    converted: dict[str, Any] = {"Status": rule["Status"], "Filter": _filter(rule)}
    if "Id" in rule:
        converted["ID"] = rule["Id"]
    expiration = _expiration(rule)
    if expiration:
        converted["Expiration"] = expiration
    transitions = [*(rule.get("Transitions") or ()), *([rule["Transition"]] if "Transition" in rule else ())]
    if transitions:
        converted["Transitions"] = [_renamed(one, _TRANSITION_NAMES) for one in transitions]
    converted.update(_noncurrent(rule))
    if "AbortIncompleteMultipartUpload" in rule:
        converted["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    return converted


def _expiration(rule: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "ExpirationInDays": "Days",
        "ExpirationDate": "Date",
        "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
    }
    return {api: rule[template] for template, api in names.items() if template in rule}


def _noncurrent(rule: Mapping[str, Any]) -> dict[str, Any]:
    converted: dict[str, Any] = {}
    if "NoncurrentVersionExpiration" in rule:
        converted["NoncurrentVersionExpiration"] = rule["NoncurrentVersionExpiration"]
    elif "NoncurrentVersionExpirationInDays" in rule:
        converted["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    moves = [*(rule.get("NoncurrentVersionTransitions") or ())]
    if "NoncurrentVersionTransition" in rule:
        moves.append(rule["NoncurrentVersionTransition"])
    if moves:
        names = {"TransitionInDays": "NoncurrentDays"}
        converted["NoncurrentVersionTransitions"] = [_renamed(one, names) for one in moves]
    return converted


def _filter(rule: Mapping[str, Any]) -> dict[str, Any]:
    """One condition stands alone, several are joined by And, none is an empty prefix."""
    tags = [{"Key": tag["Key"], "Value": tag["Value"]} for tag in rule.get("TagFilters") or ()]
    conditions = {
        name: rule[name] for name in ("Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan") if name in rule
    }
    if len(conditions) + len(tags) > 1:
        return {"And": {**conditions, **({"Tags": tags} if tags else {})}}
    if tags:
        return {"Tag": tags[0]}
    return conditions or {"Prefix": ""}


def _renamed(given: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(key, key): value for key, value in given.items()}
