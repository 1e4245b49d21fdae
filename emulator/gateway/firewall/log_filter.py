"""Which decisions a web ACL's log keeps.

https://docs.aws.amazon.com/waf/latest/developerguide/logging-management.html
"""

from __future__ import annotations

from collections.abc import Collection

from emulator.model.web_acls import LogRule, WebAclLog


def keeps(log: WebAclLog, actions: Collection[str], labels: Collection[str]) -> bool:
    """actions: what decided, and COUNT where a rule counted. The first filter that the request meets decides."""
    for rule in log.rules:
        if _meets(rule, actions, labels):
            return rule.behavior == "KEEP"
    return log.default_behavior == "KEEP"


def _meets(rule: LogRule, actions: Collection[str], labels: Collection[str]) -> bool:
    found = [*(action in actions for action in rule.actions), *(label in labels for label in rule.labels)]
    return all(found) if rule.requirement == "MEETS_ALL" else any(found)
