"""Requests made to hold a firewall up: whatever is sent, the time is linear in what is inspected."""

from __future__ import annotations

import time

import pytest

from emulator.gateway.firewall.json_body import json_values, texts_of_damaged
from emulator.gateway.firewall.sqli.detector import sqli_test
from emulator.gateway.firewall.transformations import TRANSFORMATIONS
from emulator.gateway.firewall.xss.detector import is_xss
from emulator.model.web_acls import RegexMatch
from tests.fakes.web_acls import content, guard_of, managed_guard

SIZE = 65_536
# Measured: 57 ms at most on the slowest of these. What is quadratic takes minutes.
BOUND_S = 1.5
PIECES = [
    *(
        b"'",
        b'"',
        b"\\",
        b"\\'",
        b"/*",
        b"*/",
        b"/**/",
        b"<",
        b"<a ",
        b"<a b='",
        b"=",
        b"a=",
        b"&",
        b"&#",
        b"&#1",
        b"%",
    ),
    *(b"%u", b"%25", b"1", b"1.", b"1e", b"(", b"[", b"{", b"${", b"${j", b"../", b"/", b" ", b"\0", b"\n", b"' or "),
    *(
        b"group ",
        b"-",
        b"--",
        b"#",
        b"A.",
        b"a,",
        b"select a,",
        b"union ",
        b"j a v a",
        b"\\u00",
        b"1.1.",
        b"@",
        b"`",
        b"|",
    ),
    *(b"#\n", b"--\n", b";", b"\xff", b"<!--", b"expression(", b"data:", b"{{", b"on", b'"\\'),
]
GROUPS = ("AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet", "AWSManagedRulesUnixRuleSet")


def seconds(call, *arguments) -> float:
    """Of this process alone: others may be busy."""
    began = time.process_time()
    call(*arguments)
    return time.process_time() - began


@pytest.mark.parametrize("piece", PIECES)
def test_engines_take_time_in_proportion(piece: bytes) -> None:
    text = b"1'" + (piece * (SIZE // len(piece)))
    engines = [sqli_test("LOW"), sqli_test("HIGH"), is_xss, texts_of_damaged, *TRANSFORMATIONS.values()]
    assert max(seconds(engine, text) for engine in engines) < BOUND_S


@pytest.mark.parametrize(
    "body", [b"[" * SIZE, b'{"a":' * 10_000, b'{"a":' * 900 + b'["x",' * 9_000, b'["x"' + b',"x"' * 16_000]
)
def test_deep_and_wide_json_takes_time_in_proportion(body: bytes) -> None:
    assert seconds(json_values, body) < BOUND_S


def test_pattern_that_makes_other_engines_backtrack_does_not_here() -> None:
    here = guard_of(RegexMatch(content("Body"), (r"^(a+)+$", r"(x|x|x)*y")), name="Pattern")
    assert seconds(lambda: here.blocks(method="POST", body=b"a" * 16_000 + b"!")) < BOUND_S


def test_whole_requests_of_the_largest_size_are_judged_in_time() -> None:
    here = managed_guard(*GROUPS)
    for piece in (b"' or ", b"<a b='", b"${j", b"%25", b'{"a":'):
        body = piece * (10 * 1024 * 1024 // len(piece))
        assert seconds(lambda body=body: here.ask(method="POST", body=body)) < BOUND_S
    cookies = "; ".join(f"c{index}=' or" for index in range(5_000))
    assert seconds(lambda: here.ask(headers=[("cookie", cookies)])) < BOUND_S
    assert seconds(lambda: here.ask(query="&".join(f"a{index}=%27" for index in range(2_000)))) < BOUND_S


@pytest.mark.parametrize(
    "asked",
    [
        {"path": "/\xff\xfe\x00"},
        {"path": "/%"},
        {"path": "/😀"},
        {"query": "%ff%fe=%00&&&=&%"},
        {"query": "\udcff"},
        {"headers": [("x", "\xff\x00")]},
        {"headers": [("cookie", ";;=;a;=b;=" + "\xff")]},
        {"method": "\u0130"},
        {"method": "POST", "body": bytes(range(256))},
        {"method": "POST", "headers": [("content-type", "multipart/form-data")], "body": b"--\r\n\r\n--"},
        {"method": "POST", "headers": [("content-type", "application/x-www-form-urlencoded")], "body": b"&=&%&\xff"},
        {"client": "::1%eth0"},
    ],
)
def test_no_request_makes_a_firewall_fail(asked) -> None:
    managed_guard("AWSManagedRulesCommonRuleSet", *GROUPS).ask(**asked)
