"""Compresses what an origin sent plainly, for behaviours that ask for it.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
"""

from __future__ import annotations

import gzip

from emulator.gateway.edge.freshness import header
from emulator.model import Behavior
from emulator.payloads.http_message import HttpResponse

SMALLEST_BYTES, LARGEST_BYTES = 1_000, 10_000_000
_LEVEL = 6
_STATUSES = frozenset({200, 403, 404})
_TYPES = frozenset(
    [
        "application/dash+xml",
        "application/eot",
        "application/font",
        "application/font-sfnt",
        "application/javascript",
        "application/json",
        "application/opentype",
        "application/otf",
        "application/pdf",
        "application/pkcs7-mime",
        "application/protobuf",
        "application/rss+xml",
        "application/truetype",
        "application/ttf",
        "application/vnd.apple.mpegurl",
        "application/vnd.mapbox-vector-tile",
        "application/vnd.ms-fontobject",
        "application/wasm",
        "application/x-font-opentype",
        "application/x-font-truetype",
        "application/x-font-ttf",
        "application/x-httpd-cgi",
        "application/x-javascript",
        "application/x-mpegurl",
        "application/x-opentype",
        "application/x-otf",
        "application/x-perl",
        "application/x-ttf",
        "application/xhtml+xml",
        "application/xml",
        "font/eot",
        "font/opentype",
        "font/otf",
        "font/ttf",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/js",
        "text/plain",
        "text/richtext",
        "text/tab-separated-values",
        "text/x-component",
        "text/x-java-source",
        "text/x-script",
        "text/xml",
        "vnd.apple.mpegurl",
    ]
)


def compressed(behavior: Behavior, accepted: str, response: HttpResponse) -> HttpResponse:
    """The response with gzip where viewer (`accepted`: its normalised Accept-Encoding), policy and object allow it.

    Brotli would need a library that is not here; a viewer that takes br takes gzip as well.
    """
    if not behavior.compress or "gzip" not in accepted or not _is_compressible(response):
        return response
    # No time stamp: equal objects stay equal.
    body = gzip.compress(response.body, _LEVEL, mtime=0)
    headers = [_weakened(pair) for pair in response.headers if pair[0] not in ("content-length", "accept-ranges")]
    headers += (("content-encoding", "gzip"), ("vary", _vary(response)))
    kept = [pair for pair in headers[:-1] if pair[0] != "vary" and pair[1]]
    return HttpResponse(response.status, (*kept, headers[-1]), body)


def _is_compressible(response: HttpResponse) -> bool:
    kind = header(response, "content-type").partition(";")[0].strip().lower()
    return (
        response.status in _STATUSES
        and kind in _TYPES
        and SMALLEST_BYTES <= len(response.body) <= LARGEST_BYTES
        and bool(header(response, "content-length"))
        and not header(response, "content-encoding")
    )


def _weakened(pair: tuple[str, str]) -> tuple[str, str]:
    """A strong ETag is of the bytes before; what is no ETag at all is left out."""
    name, value = pair
    if name != "etag" or value.startswith("W/"):
        return pair
    return name, f"W/{value}" if value.startswith('"') else ""


def _vary(response: HttpResponse) -> str:
    named = header(response, "vary")
    if "accept-encoding" in named.lower():
        return named
    return f"{named}, Accept-Encoding" if named else "Accept-Encoding"
