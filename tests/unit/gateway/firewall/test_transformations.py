"""Each text transformation that AWS documents."""

from __future__ import annotations

import hashlib

import pytest

from emulator.gateway.firewall.transformations import TRANSFORMATIONS, transformed
from emulator.template.readers.firewall.contents import TRANSFORMATIONS as READ

CASES = [
    ("BASE64_DECODE", b"aGVsbG8=", b"hello"),
    ("BASE64_DECODE", b"aGVsbG8", b"hello"),
    ("BASE64_DECODE", b"aGVs!bG8=", b"hel"),
    ("BASE64_DECODE_EXT", b"aGVs!bG8=", b"hello"),
    ("CMD_LINE", b'C:\\"Win"do^ws;DIR  /a', b"c:windows dir/a"),
    ("CMD_LINE_UNIX", b"ca\\t  /etc/'passwd'", b"cat/etc/passwd"),
    ("CMD_LINE_WIN", b"c^m^d ,/c  DIR", b"cmd/c dir"),
    ("COMPRESS_WHITE_SPACE", b"a\f\t\n\r\v\xa0  b", b"a b"),
    ("CSS_DECODE", rb"ja\vascript:\61 lert", b"javascript:alert"),
    ("CSS_DECODE", b"a\\\nb", b"ab"),
    ("ESCAPE_SEQ_DECODE", rb"\a\b\f\n\r\t\v\\\?\'\"\x41\0101\101\q", b"\a\b\f\n\r\t\v\\?'\"AAA\\q"),
    ("HEX_DECODE", b"414243", b"ABC"),
    ("HTML_ENTITY_DECODE", b"&quot;&lt;&gt;&amp;&nbsp;&#x41;&#65;&#x3c&bogus;", b'"<>&\xa0AA<&bogus;'),
    ("JS_DECODE", rb"\u0061\x62\143\n\uff1c\/", b"abc\n</"),
    ("JS_DECODE_EXT", rb"\u{61}\u0062", b"ab"),
    ("LOWERCASE", b"AbC-\xc4", b"abc-\xc4"),
    ("UPPERCASE", b"AbC", b"ABC"),
    ("MD5", b"a", hashlib.md5(b"a").digest()),
    ("SHA256", b"a", hashlib.sha256(b"a").digest()),
    ("NORMALIZE_PATH", b"/a//b/./c/../d", b"/a/b/d"),
    ("NORMALIZE_PATH", b"../a/../../b", b"../../b"),
    ("NORMALIZE_PATH", b"/a/b/", b"/a/b/"),
    ("NORMALIZE_PATH_WIN", b"a\\b\\..\\c", b"a/c"),
    ("REMOVE_COMMENTS_CHAR", b"a/*b*/c--d#e", b"abcde"),
    ("REMOVE_NULLS", b"a\0b", b"ab"),
    ("REPLACE_NULLS", b"a\0b", b"a b"),
    ("REMOVE_WHITESPACE", b" a\tb\xa0c ", b"abc"),
    ("REPLACE_COMMENTS", b"a/*x*/b/* /* */c*/d/*", b"a b c*/d "),
    ("SQL_HEX_DECODE", b"x=0x414243", b"x=ABC"),
    ("TRIM", b" \ta ", b"a"),
    ("TRIM_LEFT", b" a ", b"a "),
    ("TRIM_RIGHT", b" a ", b" a"),
    ("URL_DECODE", b"a%20b+c%zz%2", b"a b c%zz%2"),
    ("URL_DECODE", b"%2527", b"%27"),
    ("URL_DECODE_UNI", b"%u0027%uFF1C%27%uzz", b"'<'%uzz"),
    ("UTF8_TO_UNICODE", "aä€".encode() + b"\xff", b"a%u00e4%u20ac\xff"),
]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_transformation_does_what_aws_says(name: str, text: bytes, expected: bytes) -> None:
    assert TRANSFORMATIONS[name](text) == expected


def test_every_transformation_that_a_template_may_name_is_known_and_tried() -> None:
    assert set(TRANSFORMATIONS) == READ - {"NONE"}
    assert {name for name, _, _ in CASES} == set(TRANSFORMATIONS)


def test_transformations_run_in_their_order() -> None:
    assert transformed(b"%2527", ("URL_DECODE", "URL_DECODE")) == b"'"
    assert transformed(b"PGI%2B", ("URL_DECODE", "BASE64_DECODE", "UPPERCASE")) == b"<B>"


@pytest.mark.parametrize("name", sorted(TRANSFORMATIONS))
def test_transformation_takes_any_bytes(name: str) -> None:
    for text in (
        b"",
        bytes(range(256)),
        b"%",
        b"\\",
        b"&#",
        b"/*",
        b"\\u",
        b"0x",
        b"&#x110000;&#99999999;",
        b"\xed\xa0\x80",
    ):
        assert isinstance(TRANSFORMATIONS[name](text), bytes)
