"""Cuts a text into SQL tokens and writes their classes as one string, a letter each.

s: a string, S: one that does not end, Q: the string around the text that a quote ended, 1: a number, v: a variable,
c: a comment to the end, + an operator, and the letters of `words`. Comments inside vanish, as they do for a database.
Every alternative begins with a character of its own kind, so the time is linear in the text.
"""

from __future__ import annotations

import re

from emulator.gateway.firewall.sqli.words import word_class

_TOKEN = re.compile(
    rb"""
    (?P<space>[\s\x00\xa0]+)
  | (?P<comment>/\*!?[0-9]*) | (?P<end>\*/)
  | (?P<dash>--[^\n]*) | (?P<hash>\#[^\n]*)
  | (?P<single>'[^'\\]*(?:(?:\\.|'')[^'\\]*)*(?P<s_end>')?)
  | (?P<double>"[^"\\]*(?:(?:\\.|"")[^"\\]*)*(?P<d_end>")?)
  | (?P<back>`[^`]*`?)
  | (?P<number>0[xX][0-9a-fA-F]+|0[bB][01]+(?![0-9a-zA-Z_])|\.?[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?(?![a-zA-Z_]))
  | (?P<variable>@@?[\w.$`]*)
  | (?P<word>[A-Za-z_\x80-\x9f\xa1-\xff0-9$][\w$\x80-\x9f\xa1-\xff]*(?:\.[A-Za-z_$][\w$]*)*)
  | (?P<logical>\|\||&&)
  | (?P<compare><=>|<>|[<>!]=|:=|[=<>])
  | (?P<mark>[(),;.{}\[\]:?])
  | (?P<operator>[+\-*/%^~|&!\\])
    """,
    re.VERBOSE | re.DOTALL,
)
_COMPOUND = re.compile(rb"\b(group|order)\s+by\b|\b(waitfor)\s+(?:delay|time)\b", re.IGNORECASE)
_JOINED = {b"group": b" G_by ", b"order": b" O_by ", b"waitfor": b" w_for "}
_COMPOUND_CLASSES = {b"g_by": "G", b"o_by": "O", b"w_for": "w"}


def classes(text: bytes, quote: bytes = b"") -> str:
    """The classes of all tokens; `quote` is the one that the text is thought to stand in."""
    if quote:
        end = _end_of_string(text, quote)
        return "Q" + _written(text[end:]) if end < len(text) + 1 else ""
    return _written(text)


def _end_of_string(text: bytes, quote: bytes) -> int:
    """Where the string ends that the text begins in: behind its first quote that is not escaped."""
    position = text.find(quote)
    while position > 0 and _is_escaped(text, position):
        position = text.find(quote, position + 1)
    return position + 1 if position >= 0 else len(text) + 1


def _is_escaped(text: bytes, position: int) -> bool:
    before = text[max(0, position - 16) : position]
    return (len(before) - len(before.rstrip(b"\\"))) % 2 == 1


def _written(text: bytes) -> str:
    text = _COMPOUND.sub(_joined, text)
    letters: list[str] = []
    position, length = 0, len(text)
    while position < length:
        found = _TOKEN.match(text, position)
        if found is None:
            position += 1
            continue
        kind, position = found.lastgroup or "", found.end()
        if kind == "comment":
            inner = text[found.start() : found.start() + 3]
            if inner == b"/*!":
                continue
            closed = text.find(b"*/", position)
            if closed < 0:
                letters.append("c")
                break
            position = closed + 2
            continue
        letters.append(_letter(kind, found, text, position))
    return "".join(letters)


def _joined(found: re.Match[bytes]) -> bytes:
    return _JOINED[(found[1] or found[2]).lower()]


def _letter(kind: str, found: re.Match[bytes], text: bytes, position: int) -> str:
    if kind == "word":
        word = found["word"].lower()
        return _COMPOUND_CLASSES.get(word) or word_class(word, text[position : position + 1] == b"(")
    if kind == "variable":
        return "k" if found["variable"].startswith(b"@@") else "v"
    if kind in ("single", "double"):
        return "s" if found["s_end"] or found["d_end"] else "S"
    if kind == "mark":
        mark = found["mark"].decode()
        return mark if mark in "(),;." else ":"
    if kind == "operator":
        operator = found["operator"]
        return "!" if operator == b"!" else "*" if operator == b"*" else "+"
    return _SINGLE.get(kind, "")


_SINGLE = {"dash": "c", "hash": "c", "back": "n", "number": "1", "logical": "&", "compare": "="}
