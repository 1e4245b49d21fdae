"""Writes a decoded path the way it stands in a request line, as REST APIs and function URLs hand it to a function.

(as observed on live ones: https://github.com/hotsock/voker/pull/8)
"""

from __future__ import annotations

from urllib.parse import quote

# RFC 3986, 3.3: what a path segment may hold as it is, and the slash between segments.
_LEFT_ALONE = "/-._~!$&'()*+,;=:@"


def encoded_path(once: str) -> str:
    """`once`: decoded once, one character per byte (HttpRequest.path). What a client escaped without need is not."""
    if once.isascii() and once.replace("/", "").isalnum():
        return once
    return quote(once.encode("latin-1", "replace"), safe=_LEFT_ALONE)
