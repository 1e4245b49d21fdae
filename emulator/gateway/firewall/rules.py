"""Rules and rule groups, made ready once: what happens to a request that matches.

https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from emulator.gateway.firewall.inspection import Inspection, Matched
from emulator.gateway.firewall.matchers import Setting, matcher
from emulator.gateway.firewall.texts import Matcher
from emulator.gateway.firewall.verdict import inserted_headers
from emulator.model import Clock
from emulator.model.web_acls import Action, ManagedGroup, OwnGroup, RateBased, Rule, WebAcl

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


def ready_rules(acl: WebAcl, clock: Clock) -> tuple[ReadyRule | ReadyGroup, ...]:
    """The rules of a web ACL in their order; raises UnsupportedError for one that cannot be judged here."""
    return tuple(_ready(rule, acl, clock) for rule in acl.rules)


def _ready(rule: Rule, acl: WebAcl, clock: Clock) -> ReadyRule | ReadyGroup:
    setting = Setting(clock, f"awswaf:{acl.account_id}:webacl:{acl.name}:")
    statement = rule.statement
    if isinstance(statement, ManagedGroup):
        from emulator.gateway.firewall.managed.groups import managed_rules

        scope = matcher(statement.scope_down, setting) if statement.scope_down is not None else None
        rules = tuple(_overridden(managed_rules(statement.name), statement.overrides))
        return ReadyGroup(rule.name, f"AWS#{statement.name}", "MANAGED_RULE_GROUP", rules, rule.counts_only, scope)
    if isinstance(statement, OwnGroup):
        within = Setting(clock, f"awswaf:{acl.account_id}:rulegroup:{statement.name}:")
        rules = tuple(
            _overridden((_single(one, within, statement.name) for one in statement.rules), statement.overrides)
        )
        return ReadyGroup(rule.name, statement.name, "GROUP", rules, rule.counts_only)
    return _single(rule, setting, "")


def _single(rule: Rule, setting: Setting, group: str) -> ReadyRule:
    labels = tuple(f"{setting.context}{label}" for label in rule.labels)
    kind: Kind = "RATE_BASED" if isinstance(rule.statement, RateBased) else "REGULAR"
    return ReadyRule(rule.name, matcher(rule.statement, setting), rule.action or Action("COUNT"), labels, group, kind)


def _overridden(rules: Iterable[ReadyRule], overrides: Mapping[str, Action]) -> Iterable[ReadyRule]:
    for rule in rules:
        action = overrides.get(rule.name, rule.action)
        yield replace(rule, action=action)
