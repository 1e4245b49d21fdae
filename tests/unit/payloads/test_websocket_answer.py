"""What a WebSocket API makes of a function's answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.payloads.websocket_answer import reply_body


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ({"statusCode": 200, "body": "ä"}, "ä".encode()),
        ({"statusCode": 500, "body": "still sent"}, b"still sent"),
        ({"statusCode": "200", "headers": {"a": "b"}, "multiValueHeaders": None, "isBase64Encoded": False}, b""),
        ({"body": "no status"}, b"no status"),
        ({}, b""),
    ],
)
def test_body_of_a_proxy_answer(answer: Any, body: bytes) -> None:
    assert reply_body(json.dumps(answer).encode()) == body


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": 200, "Data": "x"},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": "soon"},
        {"statusCode": 200, "headers": ["a"]},
        [200],
        "done",
        None,
    ],
)
def test_what_has_another_form_is_malformed(answer: Any) -> None:
    assert reply_body(json.dumps(answer).encode()) is None
