"""The resource policy of a REST API. What of it cannot be evaluated here refuses to start.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.payloads.iam_policy import is_policy
from emulator.payloads.resource_policy import ADDRESS_KEYS, ADDRESS_OPERATORS, is_anybody, networks
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_EXTENSION = "x-amazon-apigateway-policy"


def policy_of(reading: Reading, api: Section, body: Section, api_id: str) -> Mapping[str, Any] | None:
    """The policy with complete ARNs; of a property and one in the body the property wins, as on an update."""
    owner, name = (api, "Policy") if "Policy" in api else (body, _EXTENSION)
    document = _document(owner, name)
    if document is None:
        return None
    if not is_policy(document):
        raise owner.unsupported(name, found="no well-formed statements", fix="Give every statement an Effect.")
    written = document["Statement"]
    statements = written if isinstance(written, list) else [written]
    for statement in statements:
        _check(owner, name, statement)
    prefix = reading.names.arn("execute-api", f"{api_id}/")
    return {**document, "Statement": [_completed(statement, prefix) for statement in statements]}


def _document(owner: Section, name: str) -> Any:
    document = owner.values.get(name)
    if not isinstance(document, str):
        return document
    try:
        return json.loads(document)
    except (ValueError, RecursionError) as error:
        raise owner.fault(name, found=str(error)[:80], fix="Write a policy document.") from None


def _check(owner: Section, name: str, statement: Mapping[str, Any]) -> None:
    if statement["Effect"] == "Deny" and not is_anybody(statement.get("Principal")):
        raise owner.unsupported(
            name,
            what="denies somebody who cannot be told apart here",
            found=repr(statement.get("Principal"))[:80],
            fix='Write Principal "*".',
        )
    conditions = statement.get("Condition") or {}
    if not isinstance(conditions, dict) or not all(isinstance(named, dict) for named in conditions.values()):
        raise owner.unsupported(name, found=repr(conditions)[:80], fix="Write a Condition as operators with keys.")
    keys = [(operator, key) for operator, named in conditions.items() for key in named]
    for operator, key in keys:
        if operator not in ADDRESS_OPERATORS or key.lower() not in ADDRESS_KEYS:
            raise owner.unsupported(
                name,
                what="has a condition that cannot be checked here",
                found=f"{operator} {key}",
                fix="Terrarium checks IpAddress and NotIpAddress of aws:SourceIp.",
            )
        _check_ranges(owner, name, conditions[operator][key])


def _check_ranges(owner: Section, name: str, ranges: Any) -> None:
    try:
        networks(ranges)
    except ValueError as error:
        raise owner.unsupported(name, found=str(error)[:80], fix="Write addresses as 203.0.113.0/24.") from None


def _completed(statement: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """API Gateway takes `execute-api:/stage/*` for the API's own ARN."""
    completed = dict(statement)
    for name in ("Resource", "NotResource"):
        if name in completed:
            patterns = completed[name] if isinstance(completed[name], list) else [completed[name]]
            completed[name] = [
                prefix + pattern.removeprefix("execute-api:/") if pattern.startswith("execute-api:/") else pattern
                for pattern in patterns
            ]
    return completed
