"""Says where a web ACL cannot see here what it would see on AWS, so that nobody is misled by what passes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from emulator.model.web_acls import Action, And, GeoMatch, ManagedGroup, Not, Or, OwnGroup, RateBased, Rule, Statement
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_LISTS: Final = ("AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesAnonymousIpList")
_STOPPED = {
    "CAPTCHA": "a puzzle cannot be solved here: requests of this rule are answered 405, as AWS does without a token",
    "CHALLENGE": "a challenge cannot be met here: requests of this rule are answered 202, as AWS does without a token",
}


def tell_what_differs(reading: Reading, section: Section, rules: tuple[Rule, ...]) -> None:
    """Appends to `reading.ignored`: lists of addresses that only AWS has, countries, puzzles."""
    for rule in rules:
        for reason in _reasons(rule):
            reading.ignore(section, f"Rules {rule.name}", reason)


def _reasons(rule: Rule) -> Iterator[str]:
    acting = [rule.action, *(inner.action for inner in _inner(rule)), *_overriding(rule)]
    for kind in sorted({action.kind for action in acting if action is not None} & set(_STOPPED)):
        yield _STOPPED[kind]
    for statement in _all(rule.statement):
        if isinstance(statement, ManagedGroup) and statement.name in _LISTS:
            yield "AWS's lists of addresses are empty here, so it never matches"
        if isinstance(statement, GeoMatch):
            yield "a client's country is that of its CloudFront-Viewer-Country header here, XX without one"


def _inner(rule: Rule) -> tuple[Rule, ...]:
    return rule.statement.rules if isinstance(rule.statement, OwnGroup) else ()


def _overriding(rule: Rule) -> Iterator[Action]:
    if isinstance(rule.statement, ManagedGroup | OwnGroup):
        yield from rule.statement.overrides.values()


def _all(statement: Statement) -> Iterator[Statement]:
    yield statement
    for inner in _below(statement):
        yield from _all(inner)


def _below(statement: Statement) -> tuple[Statement, ...]:
    if isinstance(statement, And | Or):
        return statement.statements
    if isinstance(statement, Not):
        return (statement.statement,)
    if isinstance(statement, RateBased | ManagedGroup):
        return (statement.scope_down,) if statement.scope_down is not None else ()
    if isinstance(statement, OwnGroup):
        return tuple(rule.statement for rule in statement.rules)
    return ()
