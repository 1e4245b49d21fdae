"""The EventBridge pattern language as a pure function of an event, also used by Lambda's filter criteria.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
A pattern that AWS refuses raises InvalidPatternError when it is compiled, never while an event is matched.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from emulator.errors import InvalidPatternError

Pattern = Callable[[Any], bool]
"""A compiled pattern: whether an event (a JSON object) matches."""

_ValueTest = Callable[[Any], bool]
_LeafTest = Callable[[list[Any]], bool]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
}


def parse_pattern(text: str) -> Pattern:
    """Compile the JSON text of a pattern."""
    try:
        pattern = json.loads(text)
    except ValueError as error:
        raise _invalid(text, f"it is not JSON ({error})") from None
    return compile_pattern(pattern)


def compile_pattern(pattern: Any) -> Pattern:
    """Compile a pattern given as a JSON object."""
    if not isinstance(pattern, Mapping) or not pattern:
        raise _invalid(pattern, "a pattern is a JSON object with at least one field")
    return _object(pattern)


def _object(pattern: Mapping[str, Any]) -> Pattern:
    if not pattern:
        raise _invalid(pattern, "empty objects are not allowed")
    tests = [_or(spec) if key == "$or" else _field(key, spec) for key, spec in pattern.items()]
    return lambda event: all(test(event) for test in tests)


def _or(alternatives: Any) -> Pattern:
    if not isinstance(alternatives, list) or not alternatives or not all(isinstance(a, Mapping) for a in alternatives):
        raise _invalid(alternatives, "$or takes a list of patterns")
    tests = [_object(alternative) for alternative in alternatives]
    return lambda event: any(test(event) for test in tests)


def _field(key: str, spec: Any) -> Pattern:
    if isinstance(spec, Mapping):
        inner = _object(spec)
        return lambda event: _inside(inner, _get(event, key))
    if isinstance(spec, list) and spec:
        tests = [_leaf(item) for item in spec]
        return lambda event: _any_leaf(tests, _leaves(_get(event, key)))
    raise _invalid(spec, f'the value of "{key}" must be an object or a list with at least one entry')


def _inside(inner: Pattern, value: Any) -> bool:
    """In a list of objects, one and the same element must satisfy the whole inner pattern."""
    if isinstance(value, list):
        elements = [element for element in value if isinstance(element, Mapping)]
        return any(inner(element) for element in elements) if elements else inner(None)
    return inner(value)


def _get(event: Any, key: str) -> Any:
    return event.get(key, {}) if isinstance(event, Mapping) else {}


def _leaves(value: Any) -> list[Any]:
    """The scalars at a path; objects and empty lists have none, which is what `exists` looks at."""
    if isinstance(value, Mapping):
        return []
    if isinstance(value, list):
        return [leaf for element in value for leaf in _leaves(element)]
    return [value]


def _any_leaf(tests: list[_LeafTest], leaves: list[Any]) -> bool:
    return any(test(leaves) for test in tests)


def _leaf(item: Any) -> _LeafTest:
    if not isinstance(item, Mapping):
        return _any_value(_exact(item))
    if len(item) != 1:
        raise _invalid(item, "an operator is an object with exactly one key")
    ((name, argument),) = item.items()
    if name == "exists":
        return _exists(argument)
    if name not in _OPERATORS:
        raise _invalid(item, f"there is no operator {name!r}")
    return _any_value(_OPERATORS[name](argument))


def _any_value(test: _ValueTest) -> _LeafTest:
    return lambda leaves: any(test(leaf) for leaf in leaves)


def _exists(argument: Any) -> _LeafTest:
    if not isinstance(argument, bool):
        raise _invalid(argument, "exists takes true or false")
    return lambda leaves: bool(leaves) is argument


def _exact(wanted: Any) -> _ValueTest:
    if isinstance(wanted, list):
        raise _invalid(wanted, "lists inside a list of values are not allowed")
    if _is_number(wanted):
        # AWS compares numbers by value: 300 matches 300.0, against what its page on patterns says.
        return lambda value: _is_number(value) and value == wanted
    return lambda value: type(value) is type(wanted) and value == wanted


def _prefix(argument: Any) -> _ValueTest:
    text, fold = _maybe_ignoring_case("prefix", argument)
    return lambda value: isinstance(value, str) and fold(value).startswith(text)


def _suffix(argument: Any) -> _ValueTest:
    text, fold = _maybe_ignoring_case("suffix", argument)
    return lambda value: isinstance(value, str) and fold(value).endswith(text)


def _maybe_ignoring_case(name: str, argument: Any) -> tuple[str, Callable[[str], str]]:
    if isinstance(argument, Mapping) and list(argument) == ["equals-ignore-case"]:
        return _string(name, argument["equals-ignore-case"]).lower(), str.lower
    return _string(name, argument), str


def _ignore_case(argument: Any) -> _ValueTest:
    text = _string("equals-ignore-case", argument).lower()
    return lambda value: isinstance(value, str) and value.lower() == text


def _wildcard(argument: Any) -> _ValueTest:
    text = _string("wildcard", argument)
    parts = re.findall(r"\\\*|\\\\|\*+|[^*\\]+|\\", text)
    if any(part.startswith("**") or part == "\\" for part in parts):
        raise _invalid(argument, r"wildcard allows no ** and no \ except before * and \ ")
    regex = re.compile("".join(_wildcard_part(part) for part in parts), re.DOTALL)
    return lambda value: isinstance(value, str) and regex.fullmatch(value) is not None


def _wildcard_part(part: str) -> str:
    return ".*" if part == "*" else re.escape(part[1] if part in (r"\*", r"\\") else part)


def _numeric(argument: Any) -> _ValueTest:
    if not isinstance(argument, list) or len(argument) not in (2, 4):
        raise _invalid(argument, "numeric takes an operator and a number, or a lower and an upper bound")
    names, bounds = argument[::2], argument[1::2]
    if not all(isinstance(name, str) and name in _COMPARISONS for name in names):
        raise _invalid(argument, "numeric knows <, <=, =, > and >=")
    if not all(_is_number(bound) for bound in bounds):
        raise _invalid(argument, "numeric compares with numbers")
    if len(names) == 2 and (names[0][0] != ">" or names[1][0] != "<" or bounds[0] >= bounds[1]):
        raise _invalid(argument, "a numeric range is a lower bound and then a greater upper bound")
    tests = [(_COMPARISONS[name], bound) for name, bound in zip(names, bounds, strict=True)]
    return lambda value: _is_number(value) and all(compare(value, bound) for compare, bound in tests)


def _cidr(argument: Any) -> _ValueTest:
    try:
        network = ip_network(_string("cidr", argument), strict=False)
    except ValueError:
        raise _invalid(argument, "cidr takes an IPv4 or IPv6 range such as 10.0.0.0/24") from None

    def inside(value: Any) -> bool:
        try:
            return isinstance(value, str) and ip_address(value) in network
        except ValueError:
            return False

    return inside


def _anything_but(argument: Any) -> _ValueTest:
    """Matches what is there and is not excluded; a missing field does not match."""
    if isinstance(argument, Mapping):
        excluded = _excluded_by_operator(argument)
    else:
        values = argument if isinstance(argument, list) else [argument]
        if not values or not (all(isinstance(v, str) for v in values) or all(_is_number(v) for v in values)):
            raise _invalid(argument, "anything-but takes a string or number, or a list of only one of these kinds")
        excluded = [_exact(value) for value in values]
    return lambda value: not any(test(value) for test in excluded)


def _excluded_by_operator(argument: Mapping[str, Any]) -> list[_ValueTest]:
    if len(argument) != 1 or next(iter(argument)) not in _EXCLUDABLE:
        raise _invalid(argument, f"anything-but takes one of {', '.join(sorted(_EXCLUDABLE))}")
    ((name, given),) = argument.items()
    texts = given if isinstance(given, list) else [given]
    if not texts:
        raise _invalid(argument, "empty lists are not allowed")
    # Unlike outside of anything-but, prefix and suffix take plain strings only here.
    return [_OPERATORS[name](_string(f"anything-but {name}", text)) for text in texts]


def _string(name: str, argument: Any) -> str:
    if not isinstance(argument, str):
        raise _invalid(argument, f"{name} takes a string")
    return argument


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _invalid(found: Any, reason: str) -> InvalidPatternError:
    text = found if isinstance(found, str) else json.dumps(found, default=str)
    return InvalidPatternError(f"Event pattern is not valid: {reason}", found=text[:200], fix="Correct the pattern.")


_EXCLUDABLE = frozenset({"prefix", "suffix", "equals-ignore-case", "wildcard"})

_OPERATORS: dict[str, Callable[[Any], _ValueTest]] = {
    "anything-but": _anything_but,
    "cidr": _cidr,
    "equals-ignore-case": _ignore_case,
    "numeric": _numeric,
    "prefix": _prefix,
    "suffix": _suffix,
    "wildcard": _wildcard,
}
