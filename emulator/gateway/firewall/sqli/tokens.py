"""Cuts a text into SQL tokens and writes their classes as one string, a letter each.

s: a string, S: one that does not end, Q: the string around the text that a quote ended, 1: a number, v: a variable,
c: a comment to the end, m: one to the end of its line, + an operator, and the letters of `words`. Comments inside
vanish, as they do for a database.
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
# Words that mean something together: `order by`, whatever a database skips between them.
_PAIRS = (("YB", "G"), ("YmB", "G"), ("ZB", "O"), ("ZmB", "O"), ("KM", "w"), ("KmM", "w"))
_ALONE = str.maketrans("YZKBM", "nnnnn")


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
    letters: list[str] = []
    position, length = 0, len(text.rstrip())
    while position < length:
        found = _TOKEN.match(text, position)
        if found is None:
            position += 1
            continue
        kind, position = found.lastgroup or "", found.end()
        if kind != "comment":
            letters.append(_letter(kind, found, text, position, position >= length))
        elif not found["comment"].startswith(b"/*!"):
            closed = text.find(b"*/", position)
            if closed < 0:
                letters.append("c")
                break
            position = closed + 2
    return _paired("".join(letters))


def _paired(letters: str) -> str:
    for pair, together in _PAIRS:
        letters = letters.replace(pair, together)
    return letters.translate(_ALONE)


def _letter(kind: str, found: re.Match[bytes], text: bytes, position: int, ends: bool) -> str:
    if kind == "word":
        word = found["word"].lower()
        return word_class(word, text[position : position + 1] == b"(")
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
    if kind in ("dash", "hash"):
        return "c" if ends else "m"
    return _SINGLE.get(kind, "")


_SINGLE = {"back": "n", "number": "1", "logical": "&", "compare": "="}
