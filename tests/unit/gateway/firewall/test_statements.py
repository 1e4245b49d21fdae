"""Statements about bytes, patterns, addresses and countries."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.model.web_acls import ByteMatch, ForwardedAddress, GeoMatch, IpMatch, RegexMatch, SizeConstraint
from tests.fakes.web_acls import content, guard_of


@pytest.mark.parametrize(
    ("position", "matching", "others"),
    [
        ("EXACTLY", ["bot"], ["bots", "a bot", ""]),
        ("STARTS_WITH", ["bot", "bots"], ["a bot"]),
        ("ENDS_WITH", ["bot", "a bot"], ["bots"]),
        ("CONTAINS", ["bot", "robots", "a bot!"], ["bo t"]),
        ("CONTAINS_WORD", ["bot", "a bot!", "robots bot", "-bot-"], ["bots", "robot", "bot_1", "bot2"]),
    ],
)
def test_bytes_are_found_where_they_are_looked_for(position: Any, matching: list[str], others: list[str]) -> None:
    here = guard_of(ByteMatch(content("SingleHeader", name="x-name"), b"bot", position))
    for value in matching:
        assert here.blocks(headers=[("x-name", value)]), value
    for value in others:
        assert not here.blocks(headers=[("x-name", value)]), value


@pytest.mark.parametrize(
    ("operator", "sizes"), [("EQ", [2]), ("NE", [1, 3]), ("LE", [1, 2]), ("LT", [1]), ("GE", [2, 3]), ("GT", [3])]
)
def test_sizes_are_compared(operator: Any, sizes: list[int]) -> None:
    here = guard_of(SizeConstraint(content("Body"), operator, 2))
    assert [size for size in (1, 2, 3) if here.blocks(method="POST", body=b"x" * size)] == sizes


def test_any_pattern_of_a_set_matches_anywhere() -> None:
    here = guard_of(RegexMatch(content("UriPath"), (r"^/v[0-9]+/", r"\.php$")))
    assert [path for path in ("/v1/x", "/a/v1/", "/x.php", "/x.php5") if here.blocks(path)] == ["/v1/x", "/x.php"]


def test_pattern_sees_bytes_that_are_no_text() -> None:
    here = guard_of(RegexMatch(content("Body"), (r"a.b",)))
    assert here.blocks(method="POST", body=b"a\xffb")


@pytest.mark.parametrize(
    ("client", "blocked"),
    [
        ("10.1.2.3", True),
        ("11.0.0.1", False),
        ("2001:db8:1::7", True),
        ("2001:db9::1", False),
        ("::ffff:10.1.2.3", True),
        ("", False),
        ("not an address", False),
    ],
)
def test_address_of_the_connection_is_looked_up_in_both_families(client: str, blocked: bool) -> None:
    here = guard_of(IpMatch(("10.0.0.0/8", "192.0.2.44/32", "2001:db8::/32")))
    assert here.blocks(client=client) is blocked


@pytest.mark.parametrize(
    ("position", "header", "blocked"),
    [
        ("FIRST", "10.0.0.1, 8.8.8.8", True),
        ("FIRST", "8.8.8.8, 10.0.0.1", False),
        ("LAST", "8.8.8.8, 10.0.0.1", True),
        ("ANY", "8.8.8.8, 10.0.0.1, 9.9.9.9", True),
        ("ANY", "8.8.8.8, 9.9.9.9", False),
        ("FIRST", None, False),
    ],
)
def test_forwarded_address_is_taken_from_its_place(position: Any, header: str | None, blocked: bool) -> None:
    here = guard_of(IpMatch(("10.0.0.0/8",), ForwardedAddress("x-forwarded-for", "NO_MATCH", position)))
    headers = [] if header is None else [("x-forwarded-for", header)]
    assert here.blocks(client="10.9.9.9", headers=headers) is blocked


@pytest.mark.parametrize("fallback", ["MATCH", "NO_MATCH"])
def test_header_without_an_address_is_answered_by_the_fallback(fallback: Any) -> None:
    here = guard_of(IpMatch(("10.0.0.0/8",), ForwardedAddress("x-forwarded-for", fallback)))
    assert here.blocks(headers=[("x-forwarded-for", "unknown")]) is (fallback == "MATCH")


def test_client_of_this_machine_names_its_country() -> None:
    here = guard_of(GeoMatch(frozenset({"FR"})))
    verdict = here.ask(headers=[("cloudfront-viewer-country", "FR")])
    assert verdict.blocked
    assert "awswaf:clientip:geo:country:FR" in verdict.labels
    assert not here.blocks(headers=[("cloudfront-viewer-country", "DE")])


def test_country_of_anybody_else_is_unknown_whatever_it_says() -> None:
    here = guard_of(GeoMatch(frozenset({"FR"})))
    assert not here.blocks(client="192.0.2.1", headers=[("cloudfront-viewer-country", "FR")])
    assert guard_of(GeoMatch(frozenset({"XX"}))).blocks(client="192.0.2.1")
    assert guard_of(GeoMatch(frozenset({"XX"}))).blocks(headers=[("cloudfront-viewer-country", "france")])
