"""A request's path the way it stands in a request line, as REST APIs and function URLs hand it to a function.

(as observed on live ones: https://github.com/hotsock/voker/pull/8)
"""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes

from emulator.payloads.http_message import HttpRequest

# RFC 3986, 3.3: what a path segment may hold as it is.
_LEFT_ALONE = "-._~!$&'()*+,;=:@"


def encoded_path(request: HttpRequest) -> str:
    """Percent-encoded; what a client escaped without need is not. An escaped slash stays one where the server tells."""
    if request.raw_path is None:
        return _encoded(request.path)
    return "/".join(_encoded_bytes(unquote_to_bytes(each)) for each in request.raw_path.split("/"))


def _encoded(once: str) -> str:
    """`once`: decoded once, one character per byte."""
    if once.isascii() and once.replace("/", "").isalnum():
        return once
    return "/".join(_encoded_bytes(each.encode("latin-1", "replace")) for each in once.split("/"))


def _encoded_bytes(segment: bytes) -> str:
    return quote(segment, safe=_LEFT_ALONE)
