"""Statements that look at a component: bytes, regular expressions, sizes, SQL injection, cross-site scripting.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType

from emulator.gateway.firewall.inspection import Inspection
from emulator.model.web_acls import ByteMatch, Content, SizeConstraint

Matcher = Callable[[Inspection], bool]
Test = Callable[[bytes], bool]

_WORD = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
_COMPARE: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {
        "EQ": operator.eq,
        "NE": operator.ne,
        "LE": operator.le,
        "LT": operator.lt,
        "GE": operator.ge,
        "GT": operator.gt,
    }
)


def over(content: Content, test: Test) -> Matcher:
    """True when any value of the component passes the test; a component too large has its own answer if told so."""
    field = content.field

    def matches(inspection: Inspection) -> bool:
        component = inspection.content(content)
        if component.oversize and field.oversize != "CONTINUE":
            return field.oversize == "MATCH"
        if component.invalid and field.invalid:
            return field.invalid == "MATCH"
        return any(map(test, component.values))

    return matches


def bytes_test(match: ByteMatch) -> Test:
    search = match.search
    tests: Mapping[str, Test] = {
        "EXACTLY": search.__eq__,
        "STARTS_WITH": lambda text: text.startswith(search),
        "ENDS_WITH": lambda text: text.endswith(search),
        "CONTAINS": lambda text: search in text,
        "CONTAINS_WORD": lambda text: _holds_word(text, search),
    }
    return tests[match.position]


def size_test(match: SizeConstraint) -> Test:
    compare, size = _COMPARE[match.operator], match.size
    return lambda text: compare(len(text), size)


def _holds_word(text: bytes, word: bytes) -> bool:
    """With nothing, or no letter, digit or underscore, before and after it."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if text[start - 1 : start] not in _LETTERS and text[end : end + 1] not in _LETTERS:
            return True
        start = text.find(word, start + 1)
    return False


_LETTERS = frozenset(_WORD[index : index + 1] for index in range(len(_WORD)))
