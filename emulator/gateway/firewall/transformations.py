"""Text transformations by AWS's names. All are linear in what they are given.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-transformation.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from emulator.gateway.firewall import decoders

Transformation = Callable[[bytes], bytes]

_SPACES = re.compile(rb"(?:[ \f\t\n\r\v]|\xc2?\xa0)+")
_ALL_SPACES = re.compile(rb"(?:[ \f\t\n\r\v]|\xc2?\xa0)")
_DELETED_IN_COMMANDS = re.compile(rb"[\\\"'^]")
_SPACE_BEFORE = re.compile(rb" +([/(])")
_MANY_SPACES = re.compile(rb" {2,}")
_COMMENT_MARKS = re.compile(rb"/\*|\*/|--|#")
_SLASHES = re.compile(rb"/{2,}")
_TRIMMED = b" \f\t\n\r\v"


def transformed(text: bytes, names: tuple[str, ...]) -> bytes:
    """The text after all of them, in order."""
    for name in names:
        text = TRANSFORMATIONS[name](text)
    return text


def _compress_white_space(text: bytes) -> bytes:
    return _SPACES.sub(b" ", text)


def _remove_white_space(text: bytes) -> bytes:
    return _ALL_SPACES.sub(b"", text)


def _command_line(text: bytes) -> bytes:
    text = _DELETED_IN_COMMANDS.sub(b"", text)
    text = text.replace(b",", b" ").replace(b";", b" ")
    return _SPACE_BEFORE.sub(rb"\1", _MANY_SPACES.sub(b" ", text)).lower()


def _replace_comments(text: bytes) -> bytes:
    """Each /*…*/ becomes one space, an unterminated one too; a lone */ stays."""
    return with_comments_as(b" ", text)


def with_comments_as(substitute: bytes, text: bytes) -> bytes:
    """Found by hand: a pattern would look for the end of every comment that has none, again and again."""
    kept: list[bytes] = []
    position = 0
    while (start := text.find(b"/*", position)) >= 0:
        kept += (text[position:start], substitute)
        end = text.find(b"*/", start + 2)
        if end < 0:
            return b"".join(kept)
        position = end + 2
    return b"".join((*kept, text[position:]))


def _remove_comment_marks(text: bytes) -> bytes:
    return _COMMENT_MARKS.sub(b"", text)


def _normalize_path(text: bytes) -> bytes:
    """Without doubled slashes, `.` and such `..` as have something before them."""
    if b"//" not in text and b"./" not in text and not text.endswith(b"."):
        return text
    segments: list[bytes] = []
    rooted = text.startswith(b"/")
    parts = _SLASHES.sub(b"/", text).split(b"/")
    for index, segment in enumerate(parts):
        if segment == b"." or (segment == b"" and index < len(parts) - 1):
            continue
        if segment == b".." and segments and segments[-1] != b"..":
            segments.pop()
        else:
            segments.append(segment)
    return (b"/" if rooted else b"") + b"/".join(segments)


def _normalize_windows_path(text: bytes) -> bytes:
    return _normalize_path(text.replace(b"\\", b"/"))


def _md5(text: bytes) -> bytes:
    return hashlib.md5(text, usedforsecurity=False).digest()


def _sha256(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


TRANSFORMATIONS: Final[Mapping[str, Transformation]] = MappingProxyType(
    {
        "BASE64_DECODE": decoders.base64_strict,
        "BASE64_DECODE_EXT": decoders.base64_forgiving,
        "CMD_LINE": _command_line,
        "CMD_LINE_UNIX": _command_line,
        "CMD_LINE_WIN": _command_line,
        "COMPRESS_WHITE_SPACE": _compress_white_space,
        "CSS_DECODE": decoders.css,
        "ESCAPE_SEQ_DECODE": decoders.escape_sequence,
        "HEX_DECODE": decoders.hexadecimal,
        "HTML_ENTITY_DECODE": decoders.html_entity,
        "JS_DECODE": decoders.js,
        "JS_DECODE_EXT": decoders.js_ext,
        "LOWERCASE": bytes.lower,
        "MD5": _md5,
        "NORMALIZE_PATH": _normalize_path,
        "NORMALIZE_PATH_WIN": _normalize_windows_path,
        "REMOVE_COMMENTS_CHAR": _remove_comment_marks,
        "REMOVE_NULLS": lambda text: text.replace(b"\0", b""),
        "REMOVE_WHITESPACE": _remove_white_space,
        "REPLACE_COMMENTS": _replace_comments,
        "REPLACE_NULLS": lambda text: text.replace(b"\0", b" "),
        "SHA256": _sha256,
        "SQL_HEX_DECODE": decoders.sql_hex,
        "TRIM": lambda text: text.strip(_TRIMMED),
        "TRIM_LEFT": lambda text: text.lstrip(_TRIMMED),
        "TRIM_RIGHT": lambda text: text.rstrip(_TRIMMED),
        "UPPERCASE": bytes.upper,
        "URL_DECODE": decoders.url,
        "URL_DECODE_UNI": decoders.url_uni,
        "UTF8_TO_UNICODE": decoders.utf8_to_unicode,
    }
)
