"""Route selection expressions, as AWS documents them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.payloads.route_selection import RouteSelection, is_supported


@pytest.mark.parametrize(
    ("expression", "body", "key"),
    [
        ("$request.body.action", {"action": "send"}, "send"),
        ("${request.body.action}", {"action": "send"}, "send"),
        ("$request.body.message.type", {"message": {"type": "ping"}}, "ping"),
        ("${request.body.version}-beta", {"version": 2}, "2-beta"),
        ("${request.body.service}/${request.body.action}", {"service": "chat", "action": "send"}, "chat/send"),
        ("$request.body.service.$request.body.action", {"service": "chat", "action": "send"}, "chat.send"),
        ("${request.body['odd.name']}", {"odd.name": "x"}, "x"),
        ("$request.body.list[1]", {"list": ["a", "b"]}, "b"),
        ("$request.body.flag", {"flag": True}, "true"),
        ("\\$default", {}, "$default"),
        ("always", {}, "always"),
        # Evaluated once: what a client writes is no expression.
        ("$request.body.action", {"action": "$request.body.other", "other": "x"}, "$request.body.other"),
    ],
)
def test_message_chooses_its_route(expression: str, body: Any, key: str | None) -> None:
    assert RouteSelection(expression).key(json.dumps(body)) == key


@pytest.mark.parametrize(
    "text",
    ["", "hello", "[1]", "7", "null", '{"action": null}', '{"action": {"a": 1}}', '{"other": "x"}', "[" * 50_000],
)
def test_message_that_names_no_route_has_no_key(text: str) -> None:
    assert RouteSelection("$request.body.action").key(text) is None


@pytest.mark.parametrize(
    ("expression", "supported"),
    [
        ("$request.body.action", True),
        ("${request.body.a.b[0]}-x", True),
        ("$context.routeKey", False),
        ("$request.header.x", False),
        ("${request.body", False),
        ("${stageVariables.x}", False),
    ],
)
def test_expression_may_name_the_body_only(expression: str, supported: bool) -> None:
    assert is_supported(expression) is supported
