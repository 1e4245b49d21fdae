"""The pattern language against cases recorded on AWS, and the corners they leave open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import json5
import pytest

from emulator.errors import InvalidPatternError
from emulator.sources.pattern import compile_pattern, parse_pattern

CASES = sorted((Path(__file__).parents[2] / "events" / "event-patterns").glob("*.json5"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_recorded_case_of_aws(case: Path) -> None:
    data = json5.loads(case.read_text())
    if case.stem.endswith("_EXC"):
        with pytest.raises(InvalidPatternError):
            compile_pattern(data["EventPattern"])
    else:
        matches = compile_pattern(data["EventPattern"])(data["Event"])
        assert matches is not case.stem.endswith("_NEG")


def test_all_recorded_cases_are_there() -> None:
    assert len(CASES) == 77


@pytest.mark.parametrize(
    ("pattern", "event", "expected"),
    [
        ({"a": ["x"]}, {"a": ["y", "x"]}, True),
        ({"a": [True]}, {"a": 1}, False),
        ({"a": [1]}, {"a": True}, False),
        ({"a": [{"exists": True}]}, {"a": {"b": 1}}, False),
        ({"a": [{"exists": False}]}, {"a": {"b": 1}}, True),
        ({"a": [{"exists": False}]}, {"a": None}, False),
        ({"a": {"b": [{"exists": False}]}}, {}, True),
        ({"a": {"b": ["x"], "c": ["y"]}}, {"a": [{"b": "x"}, {"c": "y"}]}, False),
        ({"a": {"b": ["x"], "c": ["y"]}}, {"a": [{}, {"b": "x", "c": "y"}]}, True),
        ({"a": [{"prefix": {"equals-ignore-case": "EX"}}]}, {"a": "example"}, True),
        ({"a": [{"wildcard": "a\\*b*"}]}, {"a": "a*bcd"}, True),
        ({"a": [{"wildcard": "a\\*b*"}]}, {"a": "axbcd"}, False),
        ({"a": [{"wildcard": "*\\\\*"}]}, {"a": "c:\\x"}, True),
        ({"a": [{"numeric": ["=", 0]}]}, {"a": False}, False),
        ({"a": [{"cidr": "2001:db8::/32"}]}, {"a": "2001:db8::1"}, True),
        ({"a": [{"cidr": "10.0.0.0/8"}]}, {"a": "::1"}, False),
        ({"a": [{"anything-but": ["x"]}]}, {"a": []}, False),
        ({"$or": [{"a": [1]}, {"b": [2]}], "c": [3]}, {"b": 2, "c": 3}, True),
        ({"$or": [{"a": [1]}, {"b": [2]}], "c": [3]}, {"b": 2, "c": 4}, False),
    ],
)
def test_corner(pattern: dict[str, Any], event: dict[str, Any], expected: bool) -> None:
    assert compile_pattern(pattern)(event) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        [],
        {"a": []},
        {"a": {}},
        {"a": "scalar"},
        {"a": [["x"]]},
        {"a": [{}]},
        {"a": [{"prefix": "x", "suffix": "y"}]},
        {"a": [{"exists": "yes"}]},
        {"a": [{"numeric": []}]},
        {"a": [{"numeric": ["<", "5"]}]},
        {"a": [{"numeric": ["!", 5]}]},
        {"a": [{"numeric": [">", 5, "<", 1]}]},
        {"a": [{"numeric": [[">"], 5]}]},
        {"a": [{"anything-but": []}]},
        {"a": [{"anything-but": {"cidr": "10.0.0.0/8"}}]},
        {"a": [{"anything-but": {"prefix": []}}]},
        {"a": [{"wildcard": "a**b"}]},
        {"a": [{"wildcard": "a\\b"}]},
        {"$or": []},
        {"$or": [1]},
    ],
)
def test_pattern_that_aws_refuses_is_refused_at_once(pattern: Any) -> None:
    with pytest.raises(InvalidPatternError):
        compile_pattern(pattern)


def test_pattern_text_that_is_not_json_is_refused() -> None:
    with pytest.raises(InvalidPatternError, match="not JSON"):
        parse_pattern("{a:")
