"""Text transformations that decode: URLs, HTML, CSS, JavaScript, escapes, base64, hexadecimal.

What cannot be decoded stays as it is: a damaged escape must not hide what stands beside it.
https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-transformation.html
"""

from __future__ import annotations

import base64
import binascii
import re
from re import Match

_URL = re.compile(rb"%([0-9A-Fa-f]{2})|(\+)")
_URL_UNI = re.compile(rb"%(?:[uU]([0-9A-Fa-f]{4})|([0-9A-Fa-f]{2}))|(\+)")
_ENTITY = re.compile(
    rb"&(?:#[xX]([0-9A-Fa-f]{1,7});?|#([0-9]{1,7});?|(quot|amp|lt|gt|nbsp|apos|colon|tab|newline|lpar|rpar);)", re.I
)
_NAMED = {
    b"quot": b'"', b"amp": b"&", b"lt": b"<", b"gt": b">", b"nbsp": b"\xa0", b"apos": b"'",
    b"colon": b":", b"tab": b"\t", b"newline": b"\n", b"lpar": b"(", b"rpar": b")",
}  # fmt: skip
_CSS = re.compile(rb"\\(?:([0-9A-Fa-f]{1,6})[ \t\r\n\f]?|(\r\n|[\r\n\f])|([^0-9A-Fa-f\r\n\f]))")
_JS = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([0-3]?[0-7]{1,2})|(.))", re.S)
_JS_EXT = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|([0-3]?[0-7]{1,2})|(.))", re.S)
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|([0-3]?[0-7]{1,3})|([abfnrtv\\?'\"]))")
_SQL_HEX = re.compile(rb"0[xX]((?:[0-9A-Fa-f]{2})+)")
_CONTROLS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]")
_FULL_WIDTH_FIRST, _FULL_WIDTH_LAST = 0xFF01, 0xFF5E


def url(text: bytes) -> bytes:
    if b"%" not in text and b"+" not in text:
        return text
    return _URL.sub(lambda found: b" " if found[2] else bytes.fromhex(found[1].decode()), text)


def url_uni(text: bytes) -> bytes:
    """With Microsoft's %uHHHH."""
    if b"%" not in text and b"+" not in text:
        return text
    return _URL_UNI.sub(_one_of_url_uni, text)


def html_entity(text: bytes) -> bytes:
    return _ENTITY.sub(_one_entity, text) if b"&" in text else text


def css(text: bytes) -> bytes:
    return _CSS.sub(_one_of_css, text) if b"\\" in text else text


def js(text: bytes) -> bytes:
    return _JS.sub(_one_of_js, text) if b"\\" in text else text


def js_ext(text: bytes) -> bytes:
    """With ECMAScript's \\u{…}."""
    return _JS_EXT.sub(_one_of_js_ext, text) if b"\\" in text else text


def escape_sequence(text: bytes) -> bytes:
    """ANSI C."""
    return _ESCAPE.sub(_one_escape, text) if b"\\" in text else text


def sql_hex(text: bytes) -> bytes:
    """0x414243 -> ABC."""
    return _SQL_HEX.sub(lambda found: bytes.fromhex(found[1].decode()), text)


def hexadecimal(text: bytes) -> bytes:
    digits = _NOT_HEX.sub(b"", text)
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())


def base64_strict(text: bytes) -> bytes:
    """Up to the first character that is no base64, as ModSecurity's decoder does; what is none at all stays."""
    return _decoded(_NOT_BASE64.split(text, maxsplit=1)[0]) or text


def base64_forgiving(text: bytes) -> bytes:
    """Characters that are no base64 are left out."""
    return _decoded(_NOT_BASE64.sub(b"", text)) or text


def utf8_to_unicode(text: bytes) -> bytes:
    """Characters beyond ASCII become %uHHHH; bytes that are no UTF-8 stay."""
    if text.isascii():
        return text
    return b"".join(_as_unicode(character) for character in text.decode("utf-8", "surrogateescape"))


def _as_unicode(character: str) -> bytes:
    code = ord(character)
    if code < 0x80:
        return character.encode()
    if 0xDC80 <= code <= 0xDCFF:
        return bytes([code - 0xDC00])
    return b"%%u%04x" % code


def _decoded(digits: bytes) -> bytes:
    # A last group of one character carries no whole byte.
    usable = digits[:-1] if len(digits) % 4 == 1 else digits
    try:
        return base64.b64decode(usable + b"=" * (-len(usable) % 4))
    except binascii.Error:
        return b""


def _narrow(code: int) -> bytes:
    """One byte of a 16-bit code: full-width forms become ASCII, of others only the lower byte stays."""
    if _FULL_WIDTH_FIRST <= code <= _FULL_WIDTH_LAST:
        return bytes([(code & 0xFF) + 0x20])
    return bytes([code & 0xFF])


def _one_of_url_uni(found: Match[bytes]) -> bytes:
    if found[1]:
        return _narrow(int(found[1], 16))
    return bytes.fromhex(found[2].decode()) if found[2] else b" "


def _one_entity(found: Match[bytes]) -> bytes:
    if found[3]:
        return _NAMED[found[3].lower()]
    code = int(found[1], 16) if found[1] else int(found[2])
    return bytes([code]) if code < 0x100 else _character(code, found[0])


def _character(code: int, otherwise: bytes) -> bytes:
    return chr(code).encode("utf-8", "surrogatepass") if code <= 0x10FFFF else otherwise


def _one_of_css(found: Match[bytes]) -> bytes:
    if found[1]:
        return _narrow(int(found[1][-4:], 16))
    return b"" if found[2] else found[3]


def _one_of_js(found: Match[bytes]) -> bytes:
    return _js_character(found[1], found[2], found[3], found[4])


def _one_of_js_ext(found: Match[bytes]) -> bytes:
    if found[2]:
        return _character(int(found[2], 16), found[0])
    return _js_character(found[1], found[3], found[4], found[5])


def _js_character(unicode: bytes, pair: bytes, octal: bytes, other: bytes) -> bytes:
    if unicode:
        return _narrow(int(unicode, 16))
    if pair:
        return bytes.fromhex(pair.decode())
    return bytes([int(octal, 8) & 0xFF]) if octal else _CONTROLS.get(other, other)


def _one_escape(found: Match[bytes]) -> bytes:
    if found[1]:
        return bytes.fromhex(found[1].decode())
    return bytes([int(found[2], 8) & 0xFF]) if found[2] else _CONTROLS.get(found[3], found[3])
