"""Makes a function of a statement, once, so that a request only has to call it.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from emulator.errors import UnsupportedError
from emulator.gateway.firewall.addresses import Networks
from emulator.gateway.firewall.countries import from_one_of
from emulator.gateway.firewall.inspection import Inspection
from emulator.gateway.firewall.labels import holds_label
from emulator.gateway.firewall.rates import Rates
from emulator.gateway.firewall.texts import Matcher, bytes_test, over, size_test
from emulator.model import Clock
from emulator.model.web_acls import (
    And,
    ByteMatch,
    GeoMatch,
    IpMatch,
    LabelMatch,
    Not,
    Or,
    RateBased,
    RegexMatch,
    SizeConstraint,
    SqliMatch,
    Statement,
    XssMatch,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a statement stands. context: the prefix of the labels of its web ACL or group."""

    clock: Clock
    context: str


def matcher(statement: Statement, setting: Setting) -> Matcher:
    """Raises UnsupportedError for a statement that nothing here can judge: a rule is never left out silently."""
    content = _content_matcher(statement)
    if content is not None:
        return content
    if isinstance(statement, GeoMatch):
        return partial(from_one_of, statement)
    if isinstance(statement, IpMatch):
        return Networks(statement)
    if isinstance(statement, LabelMatch):
        found = statement
        return lambda inspection: holds_label(found, inspection.labels, setting.context)
    if isinstance(statement, RateBased):
        return _rate(statement, setting)
    return _logic(statement, setting)


def _content_matcher(statement: Statement) -> Matcher | None:
    """Statements about a component of the request; the engines of some take memory, and are loaded where wanted."""
    if isinstance(statement, ByteMatch):
        return over(statement.content, bytes_test(statement))
    if isinstance(statement, SizeConstraint):
        return over(statement.content, size_test(statement))
    if isinstance(statement, RegexMatch):
        from emulator.gateway.firewall.patterns import pattern_test

        return over(statement.content, pattern_test(statement.patterns))
    if isinstance(statement, SqliMatch):
        from emulator.gateway.firewall.sqli.detector import sqli_test

        return over(statement.content, sqli_test(statement.sensitivity))
    if isinstance(statement, XssMatch):
        from emulator.gateway.firewall.xss.detector import is_xss

        return over(statement.content, is_xss)
    return None


def _logic(statement: Statement, setting: Setting) -> Matcher:
    if isinstance(statement, Not):
        inner = matcher(statement.statement, setting)
        return lambda inspection: not inner(inspection)
    if isinstance(statement, And):
        every = [matcher(one, setting) for one in statement.statements]
        return lambda inspection: all(one(inspection) for one in every)
    if isinstance(statement, Or):
        some = [matcher(one, setting) for one in statement.statements]
        return lambda inspection: any(one(inspection) for one in some)
    raise UnsupportedError(f"A {type(statement).__name__} cannot stand inside another statement")


def _rate(statement: RateBased, setting: Setting) -> Matcher:
    rates = Rates(statement, setting.clock.monotonic)
    if statement.scope_down is None:
        return rates.exceeded
    within = matcher(statement.scope_down, setting)

    def exceeded(inspection: Inspection) -> bool:
        return within(inspection) and rates.exceeded(inspection)

    return exceeded
