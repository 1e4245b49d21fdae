"""One case that matches and one that does not for every kind of comparison that the pattern language has.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html
"""

from __future__ import annotations

from typing import Any

import pytest

from emulator.sources.pattern import compile_pattern

CLAUSES: dict[str, tuple[list[Any], list[Any], list[Any]]] = {
    "exact": (["red"], ["red"], ["Red", "redder", 1]),
    "exact number": ([1.0], [1, 1.0], [2, "1"]),
    "prefix": ([{"prefix": "re"}], ["red"], ["fire", "Red", 5]),
    "suffix": ([{"suffix": ".jpg"}], ["a.jpg"], ["a.jpg.txt", "a.JPG"]),
    "anything-but": ([{"anything-but": "red"}], ["blue", 1], ["red"]),
    "anything-but list": ([{"anything-but": ["red", "blue"]}], ["green", 1], ["red", "blue"]),
    "anything-but numbers": ([{"anything-but": [1, 2]}], [3, "1"], [1, 2]),
    "anything-but prefix": ([{"anything-but": {"prefix": "re"}}], ["blue"], ["red"]),
    "anything-but suffix": ([{"anything-but": {"suffix": ".jpg"}}], ["a.png"], ["a.jpg"]),
    "anything-but wildcard": ([{"anything-but": {"wildcard": "a*z"}}], ["abc"], ["a-z"]),
    "numeric": ([{"numeric": [">", 5]}], [6, 5.1], [5, "6"]),
    "numeric range": ([{"numeric": [">=", 0, "<", 10]}], [0, 9.9], [-1, 10]),
    "exists": ([{"exists": True}], ["anything", None], []),
    "equals-ignore-case": ([{"equals-ignore-case": "Red"}], ["RED", "red"], ["reds"]),
    "wildcard": ([{"wildcard": "dir/*.png"}], ["dir/a.png", "dir/sub/b.png"], ["dir/a.jpg"]),
    "cidr": ([{"cidr": "10.0.0.0/24"}], ["10.0.0.255"], ["10.0.1.0", "nonsense"]),
    "null": ([None], [None], ["", "null", 0]),
    "empty string": ([""], [""], [None, " "]),
    "any of several": (["red", {"prefix": "bl"}, None], ["red", "blue", None], ["green"]),
}


@pytest.mark.parametrize("clause", CLAUSES)
def test_comparison(clause: str) -> None:
    comparison, matching, failing = CLAUSES[clause]
    matches = compile_pattern({"value": comparison})
    assert [value for value in matching if not matches({"value": value})] == []
    assert [value for value in failing if matches({"value": value})] == []


def test_exists_false_matches_only_what_is_not_there() -> None:
    matches = compile_pattern({"value": [{"exists": False}]})
    assert matches({})
    assert not matches({"value": None})


def test_alternatives_need_one_of_their_fields() -> None:
    matches = compile_pattern({"$or": [{"a": [1]}, {"b": [{"numeric": [">", 5]}]}]})
    assert matches({"a": 1})
    assert matches({"b": 6})
    assert not matches({"a": 2, "b": 5})
