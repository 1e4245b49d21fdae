"""The path of a viewer's request in its three forms: as it was sent, as behaviours are found by it, and decoded.

CloudFront finds the behaviour by the normalized path and sends the origin the one it got:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
"""

from __future__ import annotations

import re
import string
from urllib.parse import quote, unquote_to_bytes

from emulator.payloads.http_message import HttpRequest

_LEFT_ALONE = "/:@!$&'()*+,;=~"
_ESCAPED = re.compile("%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
_NOTHING = frozenset({"", "."})


def sent_path(request: HttpRequest) -> str:
    """Percent-encoded as the viewer wrote it; bytes that no URL may hold are encoded."""
    if request.raw_path is None:
        return quote(request.path.encode("latin-1", "replace"), safe=_LEFT_ALONE)
    return quote(request.raw_path.encode("latin-1", "replace"), safe=_LEFT_ALONE + "%") or "/"


def decoded(path: str) -> str:
    """One character per byte."""
    return unquote_to_bytes(path).decode("latin-1") if "%" in path else path


def normalized(path: str) -> str:
    """What is escaped without need is not, and segments that are empty, `.` or `..` are gone, as RFC 3986 has it.

    https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2
    """
    if "%" in path:
        path = _ESCAPED.sub(_unescaped, path)
    return _direct(path) if "//" in path or "/." in path else path


def _unescaped(escaped: re.Match[str]) -> str:
    character = chr(int(escaped.group()[1:], 16))
    return character if character in _UNRESERVED else escaped.group().upper()


def _direct(path: str) -> str:
    segments = path.split("/")
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment not in _NOTHING:
            kept.append(segment)
    is_folder = bool(kept) and (segments[-1] in _NOTHING or segments[-1] == "..")
    return "/" + "/".join(kept) + ("/" if is_folder else "")
