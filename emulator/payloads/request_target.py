"""Reads the path and the query string of a request as API Gateway does.

An HTTP API decodes the path twice: `%2F` separates segments, `%252F` as well, a question mark that appears
after the first decoding ends the path, and what cannot be decoded the second time is refused.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
(decoding as observed on live APIs: https://github.com/hotsock/voker/pull/8)
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus, unquote_to_bytes

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def decoded_path(once: str) -> str | None:
    """The path that routes and events see, from a path decoded once (one character per byte); None: refuse it."""
    if "?" in once:
        once = once[: once.index("?")]
    if "%" in once:
        if _BAD_ESCAPE.search(once):
            return None
        return unquote_to_bytes(once.encode("latin-1", "replace")).decode("utf-8", "replace")
    if once.isascii():
        return once
    return once.encode("latin-1", "replace").decode("utf-8", "replace")


def query_pairs(query: str, *, semicolons: bool = False) -> list[tuple[str, str]]:
    """Decoded name and value pairs in order; a name without a value has an empty one.

    semicolons: these separate, too, as in REST APIs.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    pairs = []
    for part in (query.replace(";", "&") if semicolons else query).split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((unquote_plus(name, errors="replace"), unquote_plus(value, errors="replace")))
    return pairs
