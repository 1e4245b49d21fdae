"""Which bytes of a request a statement looks at, and up to which size."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.model.web_acls import ByteMatch, SizeConstraint
from tests.fakes.web_acls import contains, content, guard_of, managed_guard

JSON = [("content-type", "application/json")]


@pytest.mark.parametrize(
    ("kind", "values", "asked"),
    [
        ("UriPath", {}, {"path": "/a/needle"}),
        ("QueryString", {}, {"query": "x=1&needle"}),
        ("AllQueryArguments", {}, {"query": "x=1&y=a-needle"}),
        ("SingleQueryArgument", {"name": "y"}, {"query": "Y=needle"}),
        ("SingleHeader", {"name": "x-name"}, {"headers": [("x-name", "needle")]}),
        ("Headers", {}, {"headers": [("needle", "1")]}),
        ("Headers", {"scope": "VALUE"}, {"headers": [("x", "needle")]}),
        ("Cookies", {}, {"headers": [("cookie", "a=b; c=needle")]}),
        ("Cookies", {"scope": "KEY"}, {"headers": [("cookie", "needle=b")]}),
        ("Method", {}, {"method": "needle"}),
        ("Body", {}, {"method": "POST", "body": b"a needle"}),
        ("JsonBody", {}, {"method": "POST", "body": b'{"a": [{"b": "needle"}]}'}),
        ("JsonBody", {"scope": "KEY"}, {"method": "POST", "body": b'{"a": {"needle": 1}}'}),
        ("JsonBody", {"included": ("/a/b",)}, {"method": "POST", "body": b'{"a": {"b": {"c": "needle"}}}'}),
    ],
)
def test_component_is_looked_at(kind: str, values: dict[str, Any], asked: dict[str, Any]) -> None:
    assert guard_of(contains("needle", kind, **values)).blocks(**asked)


@pytest.mark.parametrize(
    ("kind", "values", "asked"),
    [
        ("UriPath", {}, {"query": "needle"}),
        ("AllQueryArguments", {}, {"query": "needle=1"}),
        ("SingleQueryArgument", {"name": "y"}, {"query": "x=needle"}),
        ("SingleHeader", {"name": "x-name"}, {"headers": [("x-other", "needle")]}),
        ("Headers", {"scope": "KEY"}, {"headers": [("x", "needle")]}),
        ("Headers", {"included": ("x",)}, {"headers": [("y", "needle")]}),
        ("Headers", {"excluded": ("y",)}, {"headers": [("y", "needle")]}),
        ("Cookies", {"scope": "VALUE"}, {"headers": [("cookie", "needle=b")]}),
        ("JsonBody", {"scope": "VALUE"}, {"method": "POST", "body": b'{"needle": 1}'}),
        ("JsonBody", {"included": ("/a/b",)}, {"method": "POST", "body": b'{"a": {"bc": "needle"}}'}),
        ("UriFragment", {"oversize": "NO_MATCH"}, {"path": "/needle"}),
    ],
)
def test_component_is_not_looked_at(kind: str, values: dict[str, Any], asked: dict[str, Any]) -> None:
    assert not guard_of(contains("needle", kind, **values)).blocks(**asked)


def test_path_is_seen_as_it_was_sent() -> None:
    """WSGI gives it decoded once: %2527 arrives as %27."""
    assert guard_of(contains("%2527")).blocks("/a%27")
    assert guard_of(contains("%3Cscript%3E")).blocks("/<script>")
    assert guard_of(contains("<script>", "UriPath", "URL_DECODE")).blocks("/<script>")
    assert guard_of(contains("%C3%A4")).blocks("/\xc3\xa4")


def test_path_is_not_decoded_where_the_server_tells_how_it_was_written() -> None:
    admin = guard_of(contains("/admin"))
    assert not admin.blocks("/admin", raw_path="/%61dmin")
    assert admin.blocks("/admin", raw_path="/admin")
    assert guard_of(contains("/admin", "UriPath", "URL_DECODE")).blocks("/admin", raw_path="/%61dmin")
    assert guard_of(contains("<script>")).blocks("/<script>", raw_path="/<script>")


@pytest.mark.parametrize("path", ["/items/1||1--", '/items/"or"a"like"a', "/items/1'or'1"])
def test_attack_that_a_client_did_not_escape_is_found_in_its_segment(path: str) -> None:
    assert managed_guard("AWSManagedRulesSQLiRuleSet").blocks(path, raw_path=path)


@pytest.mark.parametrize(("oversize", "blocked"), [("CONTINUE", False), ("MATCH", True), ("NO_MATCH", False)])
@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("Body", {"method": "POST", "body": b"x" * 16_384 + b"needle"}),
        ("JsonBody", {"method": "POST", "body": b'["' + b"x" * 16_384 + b'needle"]'}),
        ("Headers", {"headers": [("x", "x" * 8_192 + "needle")]}),
        ("Headers", {"headers": [(f"x{index}", "") for index in range(200)] + [("y", "needle")]}),
        ("Cookies", {"headers": [("cookie", "a=" + "x" * 8_192 + "needle")]}),
        ("Cookies", {"headers": [("cookie", "; ".join(f"c{index}=1" for index in range(200)) + "; d=needle")]}),
    ],
)
def test_what_is_beyond_the_limit_is_handled_as_told(
    oversize: str, blocked: bool, kind: str, asked: dict[str, Any]
) -> None:
    assert guard_of(contains("needle", kind, oversize=oversize)).blocks(**asked) is blocked


def test_no_match_on_oversize_leaves_the_part_within_the_limit_alone() -> None:
    body = b"needle" + b"x" * 16_384
    assert guard_of(contains("needle", "Body")).blocks(method="POST", body=body)
    assert not guard_of(contains("needle", "Body", oversize="NO_MATCH")).blocks(method="POST", body=body)


@pytest.mark.parametrize(
    ("invalid", "blocked"), [("MATCH", True), ("NO_MATCH", False), ("EVALUATE_AS_STRING", True), ("", True)]
)
def test_body_that_is_no_json_is_handled_as_told(invalid: str, blocked: bool) -> None:
    here = guard_of(contains("needle", "JsonBody", invalid=invalid))
    assert here.blocks(method="POST", headers=JSON, body=b'{"a": "needle", ') is blocked


def test_both_of_two_equal_keys_are_looked_at() -> None:
    assert guard_of(contains("needle", "JsonBody")).blocks(method="POST", body=b'{"a": "needle", "a": "hay"}')


@pytest.mark.parametrize(
    "body",
    [
        b'{"\\u006eeedle": 1}',
        b'{"a\\/b": "\\u006eeedle"}',
        b'{"": {"": "needle"}}',
        '{"naïve 🦊": "needle"}'.encode(),
        b'{"a": 1e999, "b": "needle"}',
        b'{"\\ud800": "needle"}',
    ],
)
def test_odd_keys_and_escapes_hide_nothing(body: bytes) -> None:
    assert guard_of(contains("needle", "JsonBody")).blocks(method="POST", body=body)


@pytest.mark.parametrize("body", [b"[" * 16_000, b'{"a":' * 3_000, b"\xff\xfe\x00", b'"\\', b"nul", b""])
def test_body_of_any_kind_is_judged_without_failing(body: bytes) -> None:
    assert not guard_of(contains("needle", "JsonBody")).blocks(method="POST", body=body)


def test_statement_without_its_component_does_not_match() -> None:
    assert not guard_of(SizeConstraint(content("SingleHeader", name="x"), "GE", 0)).blocks()
    assert not guard_of(ByteMatch(content("SingleQueryArgument", name="x"), b"", "EXACTLY")).blocks(query="y=1")
