"""Makes the rules and rule groups of a web ACL ready, once.

https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from emulator.gateway.firewall.matchers import Setting, matcher
from emulator.gateway.firewall.ready_rule import Kind, ReadyGroup, ReadyRule
from emulator.model import Clock
from emulator.model.web_acls import Action, ManagedGroup, OwnGroup, RateBased, Rule, WebAcl


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
