"""File names become safe, and paths are refused however they are written."""

from __future__ import annotations

import pytest
from assets.domain import file_names
from assets.domain.errors import InvalidFieldError
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("Übersicht (final) 2.pdf", "Übersicht (final) 2.pdf"),
        ("U\u0308bersicht.pdf", "Übersicht.pdf"),
        ("東京.png", "東京.png"),
        ("a  b\tc\n.txt", "a b c.txt"),
        ('"quoted";x=1.txt', "_quoted__x_1.txt"),
        ("<script>.txt", "_script_.txt"),
        ("100%+tax.csv", "100__tax.csv"),
        (".htaccess", "htaccess"),
        ("trailing. . ", "trailing"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("con.txt", "_con.txt"),
        ("NUL", "_NUL"),
        ("console.txt", "console.txt"),
    ],
)
def test_name_is_made_safe(name: str, safe: str) -> None:
    assert file_names.safe(name) == safe


@pytest.mark.parametrize(
    "name",
    ["/", "..", ".", "../a", "a/../b", "C:\\a", "..\\a", "%2fa", "%2e%2e%2Fa", "%252fa", "a%00.png", "a\0b", "／a"],
)
def test_path_is_refused(name: str) -> None:
    with pytest.raises(InvalidFieldError):
        file_names.safe(name)


@pytest.mark.parametrize("name", ["", " ", "...", "___", "\u200b", "?*"])
def test_name_without_a_letter_is_refused(name: str) -> None:
    with pytest.raises(InvalidFieldError):
        file_names.safe(name)


def test_long_name_is_cut_and_keeps_its_extension() -> None:
    name = file_names.safe("ü" * 500 + ".jpeg")
    assert name.endswith("ü.jpeg")
    assert len(name.encode()) <= file_names.MAX_BYTES


def test_name_cut_between_words_does_not_end_in_a_space() -> None:
    assert file_names.safe("a" * (file_names.MAX_BYTES - 1) + " word") == "a" * (file_names.MAX_BYTES - 1)


@given(st.text(max_size=400))
def test_whatever_is_taken_is_safe_and_stays_as_it_is(name: str) -> None:
    try:
        safe = file_names.safe(name)
    except InvalidFieldError:
        return
    assert not set(safe) & set('/\\"<>|?*:;%\0\r\n')
    assert safe.strip(" .") == safe
    assert len(safe.encode()) <= file_names.MAX_BYTES
    assert file_names.safe(safe) == safe
