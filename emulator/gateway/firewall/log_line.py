"""One decision as a line of AWS WAF's log.

https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from emulator.gateway.firewall.countries import country_of
from emulator.gateway.firewall.inspection import Inspection
from emulator.gateway.firewall.ready_rule import Decision
from emulator.gateway.firewall.verdict import answer_of
from emulator.model.web_acls import FieldToMatch, WebAcl
from emulator.payloads.http_message import HttpRequest

_FORMAT_VERSION = 1
_REDACTED = "REDACTED"


@dataclass(frozen=True, slots=True)
class Guarded:
    """What a web ACL stands before, by the words of its log: source "CF" with the distribution's id, or "APIGW"
    with `account:api id:stage`."""

    source: str
    id: str


def log_line(
    acl: WebAcl, guarded: Guarded, request: HttpRequest, client_ip: str, decision: Decision, inspection: Inspection
) -> str:
    """JSON without line breaks; what the log is told to redact is not in it."""
    response = answer_of(decision.action)
    line: dict[str, Any] = {
        "timestamp": int(request.received_s * 1000),
        "formatVersion": _FORMAT_VERSION,
        "webaclId": acl.arn,
        "terminatingRuleId": decision.rule,
        "terminatingRuleType": decision.kind,
        "action": decision.action.kind,
        "terminatingRuleMatchDetails": [],
        "httpSourceName": guarded.source,
        "httpSourceId": guarded.id,
        "ruleGroupList": _groups(decision, inspection),
        "rateBasedRuleList": [],
        "nonTerminatingMatchingRules": _counted(inspection),
        "requestHeadersInserted": _inserted(inspection),
        "responseCodeSent": response.status if response is not None else None,
        "httpRequest": _request(acl, request, client_ip, inspection),
        "labels": [{"name": label} for label in inspection.labels],
    }
    return json.dumps(line, separators=(",", ":"))


def _groups(decision: Decision, inspection: Inspection) -> list[dict[str, Any]]:
    names = dict.fromkeys(one.group for one in inspection.counted if one.group)
    if decision.group:
        names[decision.group] = None
    return [
        {
            "ruleGroupId": name,
            "terminatingRule": {"ruleId": decision.within, "action": decision.action.kind, "ruleMatchDetails": None}
            if name == decision.group
            else None,
            "nonTerminatingMatchingRules": [
                {"ruleId": one.rule, "action": one.action, "ruleMatchDetails": []}
                for one in inspection.counted
                if one.group == name
            ],
            "excludedRules": None,
        }
        for name in names
    ]


def _counted(inspection: Inspection) -> list[dict[str, Any]]:
    return [
        {"ruleId": one.rule, "action": one.action, "ruleMatchDetails": []}
        for one in inspection.counted
        if not one.group
    ]


def _inserted(inspection: Inspection) -> list[dict[str, str]] | None:
    return [{"name": name, "value": value} for name, value in inspection.inserted] or None


def _request(acl: WebAcl, request: HttpRequest, client_ip: str, inspection: Inspection) -> dict[str, Any]:
    redacted = acl.log.redacted if acl.log is not None else ()
    kinds = {field.kind for field in redacted}
    components = inspection.components
    return {
        "clientIp": client_ip,
        "country": country_of(inspection),
        "headers": [{"name": name, "value": _shown(name, value, redacted)} for name, value in request.headers],
        "uri": _REDACTED if "UriPath" in kinds else components.uri_path.decode("latin-1"),
        "args": _REDACTED if "QueryString" in kinds else request.query,
        "httpVersion": request.protocol,
        "httpMethod": _REDACTED if "Method" in kinds else request.method,
        "requestId": request.request_id,
        "scheme": request.scheme,
        "host": request.header("host") or "",
    }


def _shown(name: str, value: str, redacted: tuple[FieldToMatch, ...]) -> str:
    hidden = any(field.kind == "SingleHeader" and field.name == name for field in redacted)
    return _REDACTED if hidden else value
