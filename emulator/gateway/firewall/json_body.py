"""Takes a JSON body apart into the keys and values that a statement inspects.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-fields-list.html#waf-rule-statement-request-component-json-body
"""

from __future__ import annotations

import json
import re
from typing import Any

_TEXT = re.compile(rb'"((?:[^"\\]|\\.)*)(?:"|\\?\Z)', re.S)

JsonText = tuple[str, bytes, bool]
"""JSON pointer, text, and whether the text is a key."""


def json_values(body: bytes) -> tuple[tuple[JsonText, ...], bool]:
    """Everything in it, in order, and whether the body is JSON at all."""
    try:
        value = json.loads(body, parse_int=str, parse_float=str, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return (), False
    found: list[JsonText] = []
    # Without recursion: nobody shall end the server with a deep body.
    left: list[tuple[str, Any]] = [("", value)]
    while left:
        path, value = left.pop()
        if isinstance(value, _Pairs):
            for key, _ in value:
                found.append((f"{path}/{_escaped(key)}", _text(key), True))
            left += [(f"{path}/{_escaped(key)}", inner) for key, inner in reversed(value)]
        elif isinstance(value, list):
            left += [(f"{path}/{index}", inner) for index, inner in reversed(list(enumerate(value)))]
        else:
            found.append((path, _text(value), False))
    return tuple(found), True


def texts_of_damaged(body: bytes) -> tuple[bytes, ...]:
    """The texts in what is no JSON, or is cut off: nothing hides behind a missing brace."""
    return tuple(_unescaped(found[1]) for found in _TEXT.finditer(body))


def _unescaped(text: bytes) -> bytes:
    try:
        return str(json.loads(b'"' + text + b'"', strict=False)).encode("utf-8", "surrogatepass")
    except ValueError:
        return text


class _Pairs(list[tuple[str, Any]]):
    """An object with every key it was written with: of two equal ones, both are inspected."""


def _escaped(key: str) -> str:
    """https://www.rfc-editor.org/rfc/rfc6901"""
    return key.replace("~", "~0").replace("/", "~1")


def _text(value: Any) -> bytes:
    if value is None:
        return b"null"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return str(value).encode("utf-8", "surrogatepass")
