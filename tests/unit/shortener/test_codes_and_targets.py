from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shortener.domain import codes, targets
from shortener.domain.errors import InvalidFieldError

OWN = ("127.0.0.1:3001", "short.example", "")


@pytest.mark.parametrize("code", ["abcd", "A-b_9", "x" * 32])
def test_code_of_allowed_characters_may_be_chosen(code: str) -> None:
    assert codes.chosen(code) == code


@pytest.mark.parametrize("code", ["abc", "x" * 33, "a b c", "äöüß", "abc/d", "abcd\n", ""])
def test_malformed_code_is_refused(code: str) -> None:
    with pytest.raises(InvalidFieldError):
        codes.chosen(code)


@pytest.mark.parametrize("code", ["links", "LINKS", "auth", "Admin", "openapi"])
def test_reserved_word_is_refused_in_any_case(code: str) -> None:
    with pytest.raises(InvalidFieldError, match="reserved"):
        codes.chosen(code)


def test_generated_codes_are_seven_letters_or_digits_and_differ() -> None:
    drawn = {codes.generated() for _ in range(500)}
    assert len(drawn) == 500
    assert all(len(code) == 7 and code.isalnum() and codes.is_well_formed(code) for code in drawn)


@pytest.mark.parametrize("target", ["http://example.com", "https://user@example.com:8443/a?b=c#d", "https://[::2]/"])
def test_absolute_http_url_is_a_target(target: str) -> None:
    assert targets.allowed(target, OWN) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "example.com",
        "//example.com",
        "ftp://example.com",
        "javascript:alert(1)",
        "https://",
        "https://a:99999/",
        "https://exa mple.com",
        "https://example.com/\r\nset-cookie: a",
        "http://[::1",
        "https://e.com/" + "x" * 2048,
    ],
)
def test_anything_else_is_no_target(target: str) -> None:
    with pytest.raises(InvalidFieldError):
        targets.allowed(target, OWN)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:3001/abcd",
        "http://LOCALHOST:3001",
        "http://[::1]:3001/x",
        "https://short.example/x",
        "https://Short.Example.:443/x",
        "http://short.example",
        "http://user:secret@short.example/x",
    ],
)
def test_target_that_points_back_at_us_is_refused(target: str) -> None:
    with pytest.raises(InvalidFieldError, match="point back"):
        targets.allowed(target, OWN)


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:8000/", "https://short.example:8443/", "https://a.short.example/"]
)
def test_neighbours_of_ours_are_targets(target: str) -> None:
    assert targets.allowed(target, OWN) == target


@given(st.text())
def test_any_text_is_a_target_or_refused(text: str) -> None:
    with suppress(InvalidFieldError):
        assert targets.allowed(text, OWN) == text
