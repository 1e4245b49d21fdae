"""Answers conditional requests and requests for a part, out of the complete object.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RangeGETs.html and RFC 9110, 13 and 14
"""

from __future__ import annotations

import re
import secrets
from email.utils import parsedate_to_datetime
from itertools import pairwise

from emulator.gateway.edge.freshness import header
from emulator.payloads.http_message import HeaderPairs, HttpRequest, HttpResponse

_RANGE = re.compile(r"(\d*)-(\d*)")
_NOT_IN_304 = frozenset({"content-length", "content-type", "content-encoding", "content-range"})


def tailored(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The whole 200 response, 304, a part (206), or 416 for a part that is not there."""
    if response.status != 200 or request.method not in ("GET", "HEAD"):
        return response
    if _is_known(request, response):
        headers = tuple(pair for pair in response.headers if pair[0] not in _NOT_IN_304)
        return HttpResponse(304, headers, b"")
    wanted = request.header("range")
    if request.method == "GET" and wanted and _still_applies(request, response):
        return _part(wanted, response)
    return response


def _is_known(request: HttpRequest, response: HttpResponse) -> bool:
    """If-None-Match decides where it is there, else If-Modified-Since."""
    tags = request.header("if-none-match")
    if tags is not None:
        own = header(response, "etag").removeprefix("W/")
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return bool(own) and (own in known or "*" in known)
    since, modified = _time(request.header("if-modified-since")), _time(header(response, "last-modified"))
    return since is not None and modified is not None and modified <= since


def _still_applies(request: HttpRequest, response: HttpResponse) -> bool:
    """If-Range: the part is wanted only of this very object."""
    condition = request.header("if-range")
    if condition is None:
        return True
    if condition.startswith(('"', "W/")):
        return condition == header(response, "etag") and not condition.startswith("W/")
    return _time(condition) is not None and _time(condition) == _time(header(response, "last-modified"))


def _time(text: str | None) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, TypeError, OverflowError):
        return None


def _part(wanted: str, response: HttpResponse) -> HttpResponse:
    size = len(response.body)
    ranges = _ranges(wanted, size)
    if ranges is None:
        return response
    if not ranges:
        return HttpResponse(416, (("content-range", f"bytes */{size}"), ("content-type", "text/plain")), b"")
    headers = tuple(pair for pair in response.headers if pair[0] != "content-length")
    if len(ranges) == 1:
        start, end = ranges[0]
        content_range = ("content-range", f"bytes {start}-{end}/{size}")
        return HttpResponse(206, (*headers, content_range), response.body[start : end + 1])
    return _several(ranges, headers, response)


def _ranges(wanted: str, size: int) -> list[tuple[int, int]] | None:
    """First and last byte of each part that is there; None for what CloudFront answers with the whole object:
    another unit, nonsense, parts out of order or overlapping."""
    unit, _, listed = wanted.partition("=")
    found = []
    for part in listed.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None or unit.strip().lower() != "bytes" or match.group() == "-":
            return None
        first, last = match.groups()
        if not first:
            start, end = max(0, size - int(last)), size - 1
        else:
            start, end = int(first), min(int(last), size - 1) if last else size - 1
            if last and int(last) < start:
                return None
        if start < size and start <= end:
            found.append((start, end))
    in_order = all(before[1] < after[0] for before, after in pairwise(found))
    return found if in_order else None


def _several(ranges: list[tuple[int, int]], headers: HeaderPairs, response: HttpResponse) -> HttpResponse:
    boundary, kind = secrets.token_hex(12), header(response, "content-type")
    parts = [
        _head(boundary, kind, f"bytes {start}-{end}/{len(response.body)}") + response.body[start : end + 1] + b"\r\n"
        for start, end in ranges
    ]
    content_type = ("content-type", f"multipart/byteranges; boundary={boundary}")
    kept = tuple(pair for pair in headers if pair[0] != "content-type")
    return HttpResponse(206, (*kept, content_type), b"".join(parts) + f"--{boundary}--\r\n".encode())


def _head(boundary: str, kind: str, content_range: str) -> bytes:
    return f"--{boundary}\r\nContent-Type: {kind}\r\nContent-Range: {content_range}\r\n\r\n".encode("latin-1")
