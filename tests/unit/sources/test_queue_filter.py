"""Filter criteria on SQS messages: the table of AWS's page, row by row."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.sources.queue_filter import queue_filter

PLAIN, JSON = "hello", json.dumps({"kind": "order", "items": [{"id": 7}]})
PLAIN_RULE, JSON_RULE = {"body": ["hello"]}, {"body": {"kind": ["order"]}}
METADATA_RULE = {"messageAttributes": {"colour": {"stringValue": ["red"]}}}


def record(body: str, colour: str = "red") -> dict[str, Any]:
    return {"body": body, "messageAttributes": {"colour": {"stringValue": colour, "dataType": "String"}}}


def passes(body: str, *patterns: dict[str, Any], **values: str) -> bool:
    return queue_filter(json.dumps(pattern) for pattern in patterns)(record(body, **values))


@pytest.mark.parametrize(
    ("body", "pattern", "kept"),
    [
        (PLAIN, PLAIN_RULE, True),
        ("other", PLAIN_RULE, False),
        (PLAIN, METADATA_RULE, True),
        (PLAIN, JSON_RULE, False),
        (JSON, {"body": [JSON]}, False),
        (JSON, METADATA_RULE, True),
        (JSON, JSON_RULE, True),
        (json.dumps({"kind": "invoice"}), JSON_RULE, False),
    ],
    ids=[
        "plain text, pattern for plain text",
        "plain text that does not match",
        "plain text, no pattern for the body",
        "plain text, pattern for JSON",
        "JSON, pattern for plain text",
        "JSON, no pattern for the body",
        "JSON, pattern for JSON",
        "JSON that does not match",
    ],
)
def test_body_and_pattern_of_the_same_kind_are_compared(body: str, pattern: dict[str, Any], kept: bool) -> None:
    assert passes(body, pattern) is kept


def test_no_filter_lets_everything_through() -> None:
    assert passes(PLAIN)
    assert passes(JSON)


def test_one_of_several_filters_is_enough() -> None:
    assert passes(PLAIN, JSON_RULE, PLAIN_RULE)
    assert not passes("other", JSON_RULE, PLAIN_RULE)


def test_body_and_metadata_must_both_match() -> None:
    both = {**JSON_RULE, **METADATA_RULE}
    assert passes(JSON, both)
    assert not passes(JSON, both, colour="blue")


def test_alternatives_look_into_the_parsed_body() -> None:
    either = {"$or": [{"body": {"kind": ["invoice"]}}, {"body": {"items": {"id": [{"numeric": [">", 5]}]}}}]}
    assert passes(JSON, either)
    assert not passes(json.dumps({"items": [{"id": 1}]}), either)


@pytest.mark.parametrize("body", ["7", '"hello"', "true", "null", "{", ""])
def test_a_lone_value_is_plain_text(body: str) -> None:
    assert passes(body, {"body": [body]})
    assert not passes(body, {"body": {"kind": [{"exists": False}]}})
