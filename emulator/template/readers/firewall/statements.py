"""One statement of a rule, with those inside of it -> model.Statement.

https://docs.aws.amazon.com/waf/latest/APIReference/API_Statement.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from emulator.model.web_acls import (
    And,
    ByteMatch,
    ForwardedAddress,
    GeoMatch,
    IpMatch,
    LabelMatch,
    Not,
    Or,
    RegexMatch,
    SizeConstraint,
    SqliMatch,
    Statement,
    XssMatch,
)
from emulator.template.readers.firewall.contents import read_content
from emulator.template.readers.firewall.parts import Parts, part_of
from emulator.template.section import Section

_POSITIONS = ("EXACTLY", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "CONTAINS_WORD")
_OPERATORS = ("EQ", "NE", "LE", "LT", "GE", "GT")
_LONGEST_SEARCH, _LONGEST_PATTERN, _LARGEST_SIZE = 200, 512, 21_474_836_480


def kind_of(section: Section) -> str:
    """The one statement that a Statement names."""
    named = [name for name in section.values if section.values[name] is not None]
    if len(named) != 1:
        raise section.fault(None, found=", ".join(named) or "nothing", fix="Write exactly one statement.")
    return named[0]


def read_statement(section: Section, parts: Parts) -> Statement:
    """A statement that may be nested; rate-based rules and groups stand at the top of a rule only, as on AWS."""
    kind = kind_of(section)
    read = _READERS.get(kind)
    if read is None:
        raise section.unsupported(
            kind, found="a statement that cannot stand here", fix="See the statements of AWS WAF that may be nested."
        )
    return read(section.sub(kind), parts)


def read_forwarded(section: Section) -> ForwardedAddress | None:
    """ForwardedIPConfig, or the like with a position."""
    if not section.values:
        return None
    fallback: Any = section.one_of("FallbackBehavior", ("MATCH", "NO_MATCH"), "")
    position: Any = section.one_of("Position", ("FIRST", "LAST", "ANY"), "FIRST")
    return ForwardedAddress(section.text("HeaderName").lower(), fallback, position)


def _bytes(statement: Section, parts: Parts) -> Statement:
    del parts
    position: Any = statement.one_of("PositionalConstraint", _POSITIONS, "")
    search = _search(statement)
    if not 0 < len(search) <= _LONGEST_SEARCH:
        raise statement.fault("SearchString", found=f"{len(search)} bytes", fix="AWS allows 1 to 200 bytes.")
    return ByteMatch(read_content(statement), search, position)


def _search(statement: Section) -> bytes:
    encoded = statement.optional_text("SearchStringBase64")
    if encoded is None:
        return statement.text("SearchString").encode()
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise statement.fault("SearchStringBase64", found=encoded[:40], fix="Write base64.") from None


def _regex(statement: Section, parts: Parts) -> Statement:
    del parts
    return _matching(statement, "RegexString", (statement.text("RegexString"),))


def _regex_set(statement: Section, parts: Parts) -> Statement:
    return _matching(statement, "Arn", part_of(statement, parts.patterns))


def _matching(statement: Section, name: str, patterns: tuple[str, ...]) -> Statement:
    """https://docs.aws.amazon.com/waf/latest/developerguide/waf-regex-pattern-support.html"""
    # Only a template with patterns needs the library, and its 5 MB.
    import re2

    options = re2.Options()
    options.log_errors = False
    for pattern in patterns:
        if not 0 < len(pattern) <= _LONGEST_PATTERN:
            raise statement.fault(name, found=f"{len(pattern)} characters", fix="AWS allows 1 to 512.")
        try:
            re2.compile(pattern, options)
        except re2.error as error:
            raise statement.unsupported(
                name, found=f"{pattern!r}: {error}", fix="Patterns without lookaround and references can be matched."
            ) from None
    return RegexMatch(read_content(statement), patterns)


def _size(statement: Section, parts: Parts) -> Statement:
    del parts
    operator: Any = statement.one_of("ComparisonOperator", _OPERATORS, "")
    size = statement.optional_number("Size", 0, _LARGEST_SIZE)
    if size is None:
        raise statement.fault("Size", what="is missing", found="nothing", fix="Add Size, in bytes.")
    return SizeConstraint(read_content(statement), operator, size)


def _sqli(statement: Section, parts: Parts) -> Statement:
    del parts
    sensitivity: Any = statement.one_of("SensitivityLevel", ("LOW", "HIGH"), "LOW")
    return SqliMatch(read_content(statement), sensitivity)


def _xss(statement: Section, parts: Parts) -> Statement:
    del parts
    return XssMatch(read_content(statement))


def _geo(statement: Section, parts: Parts) -> Statement:
    del parts
    countries = frozenset(code.upper() for code in statement.texts("CountryCodes"))
    return GeoMatch(countries, read_forwarded(statement.sub("ForwardedIPConfig")))


def _ip(statement: Section, parts: Parts) -> Statement:
    return IpMatch(part_of(statement, parts.networks), read_forwarded(statement.sub("IPSetForwardedIPConfig")))


def _label(statement: Section, parts: Parts) -> Statement:
    del parts
    scope: Any = statement.one_of("Scope", ("LABEL", "NAMESPACE"), "")
    return LabelMatch(scope, statement.text("Key"))


def _several(statement: Section, parts: Parts) -> tuple[Statement, ...]:
    found = tuple(read_statement(section, parts) for section in statement.subs("Statements"))
    if len(found) < 2:
        raise statement.fault("Statements", found=f"{len(found)}", fix="AWS wants two statements or more.")
    return found


def _and(statement: Section, parts: Parts) -> Statement:
    return And(_several(statement, parts))


def _or(statement: Section, parts: Parts) -> Statement:
    return Or(_several(statement, parts))


def _not(statement: Section, parts: Parts) -> Statement:
    return Not(read_statement(statement.sub("Statement"), parts))


_READERS: Mapping[str, Callable[[Section, Parts], Statement]] = MappingProxyType(
    {
        "ByteMatchStatement": _bytes,
        "RegexMatchStatement": _regex,
        "RegexPatternSetReferenceStatement": _regex_set,
        "SizeConstraintStatement": _size,
        "SqliMatchStatement": _sqli,
        "XssMatchStatement": _xss,
        "GeoMatchStatement": _geo,
        "IPSetReferenceStatement": _ip,
        "LabelMatchStatement": _label,
        "AndStatement": _and,
        "OrStatement": _or,
        "NotStatement": _not,
    }
)
