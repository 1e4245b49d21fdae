"""A rule or a rule group that is ready to judge requests.

https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emulator.gateway.firewall.inspection import Inspection, Matched
from emulator.gateway.firewall.texts import Matcher
from emulator.gateway.firewall.verdict import inserted_headers
from emulator.model.web_acls import Action

Kind = Literal["REGULAR", "RATE_BASED", "GROUP", "MANAGED_RULE_GROUP"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A rule that ended the evaluation; `within` is the rule of a group that did. kind is the log's word for it."""

    rule: str
    action: Action
    within: str = ""
    group: str = ""
    kind: Kind = "REGULAR"


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """labels are fully qualified. group: "" for a rule of the web ACL itself."""

    name: str
    matches: Matcher
    action: Action
    labels: tuple[str, ...] = ()
    group: str = ""
    kind: Kind = "REGULAR"

    def judge(self, inspection: Inspection) -> Decision | None:
        """A decision when the rule ends the evaluation; a rule that counts leaves its labels and headers."""
        if not self.matches(inspection):
            return None
        for label in self.labels:
            inspection.labels[label] = None
        if self.action.kind != "COUNT":
            return Decision(self.name, self.action, kind=self.kind)
        inspection.counted.append(Matched(self.name, self.group, "COUNT"))
        inspection.inserted += inserted_headers(self.action)
        return None


@dataclass(frozen=True, slots=True)
class ReadyGroup:
    """The rules of a group, which run for requests within its scope. group: its name, AWS's own as `AWS#Name`."""

    name: str
    group: str
    kind: Kind
    rules: tuple[ReadyRule, ...]
    counts_only: bool
    scope: Matcher | None = None

    def judge(self, inspection: Inspection) -> Decision | None:
        """The group's own decision, which OverrideAction Count turns into a count."""
        if self.scope is not None and not self.scope(inspection):
            return None
        for rule in self.rules:
            decision = rule.judge(inspection)
            if decision is None:
                continue
            if self.counts_only:
                inspection.counted.append(Matched(rule.name, self.group, "COUNT"))
                return None
            return Decision(self.name, decision.action, rule.name, self.group, self.kind)
        return None
