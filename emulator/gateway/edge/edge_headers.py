"""The headers that CloudFront makes about a viewer, for policies that ask for them.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
"""

from __future__ import annotations

import re
from ipaddress import ip_address

from emulator.payloads.http_message import HttpRequest

PREFIX = "cloudfront-"
_COUNTRY_HEADER = "cloudfront-viewer-country"
_COUNTRY = re.compile(r"[A-Z]{2}")
_TABLET = re.compile(r"ipad|tablet|(android(?!.*mobile))|kindle|silk", re.IGNORECASE)
_MOBILE = re.compile(r"mobi|iphone|ipod|android|blackberry|windows phone", re.IGNORECASE)
_TELEVISION = re.compile(r"smart-?tv|appletv|googletv|hbbtv|netcast|roku|tizen.*tv|web0s", re.IGNORECASE)


def country_of(request: HttpRequest) -> str | None:
    """There is no list of addresses here: a viewer on this machine may say where it wants to be seen, as the firewall
    believes it, too. Everybody else is in an unknown place."""
    try:
        here = ip_address(request.source_ip).is_loopback
    except ValueError:
        return None
    named = (request.header(_COUNTRY_HEADER) or "").strip().upper()
    return named if here and _COUNTRY.fullmatch(named) else None


def edge_header(name: str, request: HttpRequest, *, https: bool) -> str | None:
    """The value of a lower-case `cloudfront-…` header; None for what cannot be known here (city, ASN, JA3, …)."""
    if name.startswith("cloudfront-is-"):
        return _device(name, request.header("user-agent") or "")
    known: dict[str, str | None] = {
        "cloudfront-forwarded-proto": "https" if https else "http",
        "cloudfront-viewer-address": f"{request.source_ip}:{_PORT}",
        _COUNTRY_HEADER: country_of(request),
        "cloudfront-viewer-http-version": request.protocol.removeprefix("HTTP/"),
        "cloudfront-viewer-header-count": str(len(request.headers)),
    }
    return known.get(name)


_PORT = 443
"""WSGI does not tell the viewer's port."""


def _device(name: str, user_agent: str) -> str | None:
    television, tablet = bool(_TELEVISION.search(user_agent)), bool(_TABLET.search(user_agent))
    mobile = bool(_MOBILE.search(user_agent)) and not television
    found = {
        "cloudfront-is-android-viewer": "android" in user_agent.lower(),
        "cloudfront-is-desktop-viewer": not (television or tablet or mobile),
        "cloudfront-is-ios-viewer": bool(re.search(r"iphone|ipad|ipod", user_agent, re.IGNORECASE)),
        "cloudfront-is-mobile-viewer": mobile or tablet,
        "cloudfront-is-smarttv-viewer": television,
        "cloudfront-is-tablet-viewer": tablet,
    }
    return str(found[name]).lower() if name in found else None
