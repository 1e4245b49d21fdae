"""Paths and query strings as API Gateway reads them."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.payloads.request_target import decoded_path, query_pairs


def test_semicolons_separate_only_where_they_shall() -> None:
    assert query_pairs("a=1;b=2") == [("a", "1;b=2")]
    assert query_pairs("a=1;b=2;c", semicolons=True) == [("a", "1"), ("b", "2"), ("c", "")]


def once(path: str) -> str:
    """What a WSGI server makes of the path."""
    return unquote_to_bytes(path).decode("latin-1")


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("/capture/plain", "/capture/plain"),
        ("/capture/space%20value", "/capture/space value"),
        ("/capture/question%3Fvalue", "/capture/question"),
        ("/capture/percent%25done", None),
        ("/capture/hash%23value", "/capture/hash#value"),
        ("/capture/slash%2Fvalue", "/capture/slash/value"),
        ("/capture/unicode-%CE%BB", "/capture/unicode-λ"),
        ("/capture/literal%252Fvalue", "/capture/literal/value"),
        ("/capture/literal%253Fvalue", "/capture/literal?value"),
        ("/capture/literal%2525value", "/capture/literal%value"),
        ("/a+b", "/a+b"),
    ],
)
def test_path_is_decoded_twice_as_observed_on_live_apis(sent: str, seen: str | None) -> None:
    assert decoded_path(once(sent)) == seen


@given(st.binary(max_size=40))
def test_every_path_is_decoded_to_valid_text_or_refused(raw: bytes) -> None:
    path = decoded_path(raw.decode("latin-1"))
    assert path is None or path.encode("utf-8").decode("utf-8") == path


def test_query_is_decoded_in_order() -> None:
    sent = "repeat=one&repeat=two&plus=a+b&enc=a%2Bb&empty=&bare&&bad=%zz&latin=%FF"
    assert query_pairs(sent) == [
        ("repeat", "one"),
        ("repeat", "two"),
        ("plus", "a b"),
        ("enc", "a+b"),
        ("empty", ""),
        ("bare", ""),
        ("bad", "%zz"),
        ("latin", "\ufffd"),
    ]


@given(st.text(max_size=60))
def test_no_query_is_too_strange(query: str) -> None:
    query_pairs(query)
