"""The rules of a web ACL or a rule group -> model.Rule, rate-based rules and groups among them.

https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.model.web_acls import Action, ManagedGroup, OwnGroup, Rule, Statement
from emulator.payloads.managed_rule_groups import MANAGED_RULES
from emulator.template.readers.firewall.actions import Bodies, read_action, read_bodies
from emulator.template.readers.firewall.parts import Parts
from emulator.template.readers.firewall.rates import read_rate_based
from emulator.template.readers.firewall.statements import kind_of, read_statement
from emulator.template.section import Section

_COUNT = Action("COUNT")


def read_rules(owner: Section, parts: Parts, *, within_group: bool = False) -> tuple[Rule, ...]:
    """By priority, which must differ; raises UnsupportedError for what cannot be judged here."""
    bodies = read_bodies(owner)
    rules = [_rule(section, parts, bodies, within_group) for section in owner.subs("Rules")]
    seen: set[int] = set()
    for rule, section in zip(rules, owner.subs("Rules"), strict=True):
        if rule.priority in seen:
            raise section.fault("Priority", found=str(rule.priority), fix="Each rule needs a priority of its own.")
        seen.add(rule.priority)
    return tuple(sorted(rules, key=lambda rule: rule.priority))


def _rule(section: Section, parts: Parts, bodies: Bodies, within_group: bool) -> Rule:
    statement = _statement(section.sub("Statement"), parts, within_group)
    is_group = isinstance(statement, ManagedGroup | OwnGroup)
    if is_group and "Action" in section:
        raise section.fault("Action", found="a rule group", fix="Use OverrideAction: its rules have the actions.")
    action = None if is_group else read_action(section.sub("Action"), bodies)
    return Rule(
        name=section.text("Name"),
        priority=section.number("Priority", 0, 0, 2**31 - 1),
        statement=statement,
        action=action,
        labels=tuple(label.text("Name") for label in section.subs("RuleLabels")),
        counts_only=is_group and _counts_only(section),
    )


def _counts_only(section: Section) -> bool:
    override = section.sub("OverrideAction")
    named = list(override.values)
    if named not in (["None"], ["Count"]):
        raise section.fault("OverrideAction", found=", ".join(named) or "nothing", fix="Write None: {} or Count: {}.")
    return named == ["Count"]


def _statement(section: Section, parts: Parts, within_group: bool) -> Statement:
    kind = kind_of(section)
    below = section.sub(kind)
    if kind == "RateBasedStatement":
        return read_rate_based(below, parts)
    if kind == "ManagedRuleGroupStatement" and not within_group:
        return _managed(below, parts)
    if kind == "RuleGroupReferenceStatement" and not within_group:
        return _own(below, parts)
    return read_statement(section, parts)


def _managed(section: Section, parts: Parts) -> ManagedGroup:
    name, vendor = section.text("Name"), section.text("VendorName")
    if vendor != "AWS" or name not in MANAGED_RULES:
        raise section.unsupported(
            "Name",
            found=f"{name} of {vendor}",
            fix=f"Terrarium knows {', '.join(MANAGED_RULES)}; leave others out by a condition.",
        )
    scope_down = section.sub("ScopeDownStatement")
    return ManagedGroup(
        name=name,
        # AWS ignores a name that a managed group does not have, silently.
        overrides={rule: action for rule, action in _overrides(section) if rule in MANAGED_RULES[name].rules},
        scope_down=read_statement(scope_down, parts) if scope_down.values else None,
    )


def _own(section: Section, parts: Parts) -> OwnGroup:
    arn = section.text("Arn")
    group = parts.groups.get(arn)
    if group is None:
        raise section.unsupported("Arn", found=arn, fix="Put the rule group into this template.")
    rules = read_rules(group, parts, within_group=True)
    overrides = dict(_overrides(section))
    unknown = set(overrides) - {rule.name for rule in rules}
    if unknown:
        raise section.fault(None, what="overrides", found=", ".join(sorted(unknown)), fix="The group has no such rule.")
    return OwnGroup(arn.split("/")[-2], rules, overrides)


def _overrides(section: Section) -> Iterator[tuple[str, Action]]:
    """RuleActionOverrides, and ExcludedRules, which is the older word for Count."""
    for one in section.subs("ExcludedRules"):
        yield one.text("Name"), _COUNT
    for one in section.subs("RuleActionOverrides"):
        yield one.text("Name"), read_action(one.sub("ActionToUse"), {})
