"""Picks those query strings, cookies and headers of a viewer's request that a policy names."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_plus

from emulator.gateway.edge.edge_headers import PREFIX, edge_header
from emulator.model import Selection
from emulator.payloads.http_message import HeaderPairs, HttpRequest

Includes = Callable[[str], bool]


def query_of(query: str, includes: Includes) -> str:
    """The query string in the order sent; what differs in order or encoding is another object, as on AWS."""
    if not query:
        return ""
    return "&".join(part for part in query.split("&") if part and includes(unquote_plus(part.partition("=")[0])))


def cookies_of(request: HttpRequest, includes: Includes) -> str:
    """The value of a Cookie header, sorted by name, empty for none.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Cookies.html
    """
    parts = []
    for name, value in request.headers:
        if name == "cookie":
            parts += [part.strip() for part in value.split(";")]
    chosen = [part for part in parts if part and includes(part.partition("=")[0])]
    return "; ".join(sorted(chosen, key=lambda part: part.partition("=")[0]))


def headers_of(request: HttpRequest, selection: Selection) -> HeaderPairs:
    """The viewer's headers that are selected, sorted by name."""
    if selection.mode == "none":
        return ()
    return tuple(sorted(pair for pair in request.headers if selection.includes(pair[0]) and pair[0] != "cookie"))


def made_headers(request: HttpRequest, names: frozenset[str], *, https: bool) -> HeaderPairs:
    """Those headers among `names` that CloudFront makes itself, sorted by name."""
    made = ((name, edge_header(name, request, https=https)) for name in sorted(names) if name.startswith(PREFIX))
    return tuple((name, value) for name, value in made if value is not None)


def accepted_encoding(request: HttpRequest, *, gzip: bool, brotli: bool) -> str:
    """The normalised Accept-Encoding: "br,gzip", "br", "gzip" or "" of those that the policy caches.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html
    """
    if request.protocol == "HTTP/1.0":
        return ""
    accepted = {
        part.partition(";")[0].strip().lower()
        for part in (request.header("accept-encoding") or "").split(",")
        if not _is_refused(part)
    }
    return ",".join(name for name, wanted in (("br", brotli), ("gzip", gzip)) if wanted and name in accepted)


def _is_refused(part: str) -> bool:
    """`gzip;q=0` says that gzip is not wanted."""
    _, _, quality = part.partition(";")
    name, _, value = quality.strip().partition("=")
    return name.strip() == "q" and value.strip().rstrip("0") in ("", "0.", ".")
