"""The path of a viewer's request: as it was sent, normalized to find its behaviour, and decoded for S3.

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


def sent_path(request: HttpRequest) -> str:
    """Percent-encoded as the viewer wrote it; what no URL may hold is encoded besides."""
    if request.raw_path is None:
        return quote(request.path.encode("latin-1", "replace"), safe=_LEFT_ALONE)
    return written(request.raw_path) or "/"


def written(path: str) -> str:
    """A path of a template the way it stands in a URL: what is escaped stays so."""
    return quote(path, safe=_LEFT_ALONE + "%")


def decoded(path: str) -> str:
    """One character per byte."""
    return unquote_to_bytes(path).decode("latin-1") if "%" in path or not path.isascii() else path


def normalized(path: str) -> str:
    """Nothing is escaped without need, and no segment is empty, `.` or `..`: RFC 3986, and slashes in a row are one.

    https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2
    """
    path = plain(path)
    return _direct(path) if "//" in path or "/." in path else path


def plain(path: str) -> str:
    """Escapes that need not be are undone, the others are upper-case."""
    return _ESCAPED.sub(_unescaped, path) if "%" in path else path


def _unescaped(escaped: re.Match[str]) -> str:
    character = chr(int(escaped.group()[1:], 16))
    return character if character in _UNRESERVED else escaped.group().upper()


def _direct(path: str) -> str:
    _, *segments = path.split("/")
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    named = [segment for segment in kept if segment]
    return "/" + "/".join(named) + ("/" if named and not kept[-1] else "")
