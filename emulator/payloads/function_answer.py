"""Reads the parts that the answers of both payload formats share. None always means: malformed."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Set
from typing import Any

from emulator.payloads.http_message import HeaderPairs

PLAIN_TEXT = "text/plain; charset=utf-8"

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_FORBIDDEN_IN_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# The connection and its framing belong to the gateway; its request id is not for a function to forge.
_GATEWAY_OWNED = frozenset(
    {
        "apigw-requestid",
        "connection",
        "content-length",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def status_code(value: Any) -> int | None:
    """200 to 599, as a number or a string of digits; interim (1xx) answers are not a function's to give."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:4])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 200 <= value <= 599:
        return None
    return value


def header_pairs(headers: Any, dropped: Set[str] = _GATEWAY_OWNED) -> HeaderPairs | None:
    """What an answer has under `headers`, by `written_pairs`."""
    if headers is None:
        return ()
    return written_pairs(headers.items(), dropped) if isinstance(headers, Mapping) else None


def written_pairs(items: Iterable[tuple[Any, Any]], dropped: Set[str] = _GATEWAY_OWNED) -> HeaderPairs | None:
    """Lower-case names and string values; numbers and booleans are written as JSON writes them."""
    pairs = []
    for name, value in items:
        text = _header_value(value)
        if text is None or not isinstance(name, str) or not _TOKEN.fullmatch(name):
            return None
        lower = name.lower()
        if lower not in dropped:
            pairs.append((lower, text))
    return tuple(pairs)


def merged_headers(
    single: Any, multiple: Any, *, whole_pairs: bool = False, dropped: Set[str] = _GATEWAY_OWNED
) -> HeaderPairs | None:
    """Format 1.0's two maps together; a name in both comes from multiValueHeaders.

    whole_pairs: only the same name with the same value counts as being in both, as REST APIs merge.
    """
    if multiple is not None and not isinstance(multiple, dict):
        return None
    listed = [(name, value) for name, values in (multiple or {}).items() for value in _as_list(values)]
    many, one = written_pairs(listed, dropped), header_pairs(single, dropped)
    if many is None or one is None:
        return None
    taken = {name for name, _ in many}
    own = [pair for pair in one if (pair not in many if whole_pairs else pair[0] not in taken)]
    return (*many, *own)


def body_bytes(body: Any, is_base64: Any) -> bytes | None:
    if body is None:
        return b""
    if not isinstance(body, str):
        return None
    if is_base64 is not True:
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return None


def with_default_type(pairs: HeaderPairs, content_type: str = PLAIN_TEXT) -> HeaderPairs:
    """An answer with a status code but no content type is plain text, unless the caller knows better."""
    if any(name == "content-type" for name, _ in pairs):
        return pairs
    return (("content-type", content_type), *pairs)


def _as_list(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _header_value(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str) or _FORBIDDEN_IN_VALUE.search(value):
        return None
    # Headers travel as latin-1; what does not fit is sent as its UTF-8 bytes.
    return value if value.isascii() else value.encode("utf-8", "replace").decode("latin-1")
