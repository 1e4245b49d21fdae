"""The policies that AWS keeps ready, by their ids.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from emulator.model import (
    CachePolicy,
    EdgeCors,
    OriginRequestPolicy,
    ResponseHeader,
    ResponseHeadersPolicy,
    Selection,
)

_ALL: Final = Selection("all")
_DAY_S, _YEAR_S = 86_400, 31_536_000


def _only(*names: str) -> Selection:
    return Selection("only", frozenset(names))


_ORIGIN_SAYS = _only("host", "origin", "x-http-method", "x-http-method-override", "x-method-override")

CACHE: Final[Mapping[str, CachePolicy]] = MappingProxyType(
    {
        "658327ea-f89d-4fab-a63d-7e88639e58f6": CachePolicy(
            "CachingOptimized", 1, _DAY_S, _YEAR_S, gzip=True, brotli=True
        ),
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": CachePolicy(
            "CachingOptimizedForUncompressedObjects", 1, _DAY_S, _YEAR_S
        ),
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": CachePolicy("CachingDisabled", 0, 0, 0),
        "83da9c7e-98b4-4e11-a168-04f0df8e2c65": CachePolicy(
            "UseOriginCacheControlHeaders", 0, 0, _YEAR_S, _ORIGIN_SAYS, _ALL, gzip=True, brotli=True
        ),
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe": CachePolicy(
            "UseOriginCacheControlHeaders-QueryStrings", 0, 0, _YEAR_S, _ORIGIN_SAYS, _ALL, _ALL, gzip=True, brotli=True
        ),
        "08627262-05a9-4f76-9ded-b50ca2e3a84f": CachePolicy(
            "Elemental-MediaPackage",
            0,
            _DAY_S,
            _YEAR_S,
            _only("origin"),
            queries=_only("aws.manifestfilter", "end", "m", "start"),
            gzip=True,
        ),
        "2e54312d-136d-493c-8eb9-b001f22f67d2": CachePolicy(
            "Amplify",
            2,
            2,
            600,
            _only("authorization", "cloudfront-viewer-country", "host"),
            _ALL,
            _ALL,
            gzip=True,
            brotli=True,
        ),
    }
)

_PREFLIGHT = ("origin", "access-control-request-headers", "access-control-request-method")
_EDGE_HEADERS_2022_06 = frozenset(
    f"cloudfront-{name}"
    for name in (
        "forwarded-proto",
        "is-android-viewer",
        "is-desktop-viewer",
        "is-ios-viewer",
        "is-mobile-viewer",
        "is-smarttv-viewer",
        "is-tablet-viewer",
        "viewer-address",
        "viewer-asn",
        "viewer-city",
        "viewer-country",
        "viewer-country-name",
        "viewer-country-region",
        "viewer-country-region-name",
        "viewer-http-version",
        "viewer-latitude",
        "viewer-longitude",
        "viewer-metro-code",
        "viewer-postal-code",
        "viewer-time-zone",
        "viewer-tls",
    )
)

ORIGIN_REQUEST: Final[Mapping[str, OriginRequestPolicy]] = MappingProxyType(
    {
        "216adef6-5c7f-47e4-b989-5492eafa07d3": OriginRequestPolicy("AllViewer", _ALL, _ALL, _ALL),
        "b689b0a8-53d0-40ab-baf2-68738e2966ac": OriginRequestPolicy(
            "AllViewerExceptHostHeader", Selection("except", frozenset({"host"})), _ALL, _ALL
        ),
        "33f36d7e-f396-46d9-90e0-52428a34d9dc": OriginRequestPolicy(
            "AllViewerAndCloudFrontHeaders-2022-06", _ALL, _ALL, _ALL, _EDGE_HEADERS_2022_06
        ),
        "59781a5b-3903-41f3-afcb-af62929ccde1": OriginRequestPolicy("CORS-CustomOrigin", _only("origin")),
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": OriginRequestPolicy("CORS-S3Origin", _only(*_PREFLIGHT)),
        "775133bc-15f2-49f9-abea-afb2e0bf67d2": OriginRequestPolicy(
            "Elemental-MediaTailor-PersonalizedManifests", _only(*_PREFLIGHT, "user-agent"), queries=_ALL
        ),
        "bf0718e1-ba1e-49d1-88b1-f726733018ae": OriginRequestPolicy("HostHeaderOnly", _only("host")),
        "acba4595-bd28-49b8-b9fe-13317c0390fa": OriginRequestPolicy(
            "UserAgentRefererHeaders", _only("referer", "user-agent")
        ),
    }
)

_SECURITY = (
    ResponseHeader("referrer-policy", "strict-origin-when-cross-origin", override=False),
    ResponseHeader("strict-transport-security", "max-age=31536000", override=False),
    ResponseHeader("x-content-type-options", "nosniff"),
    ResponseHeader("x-frame-options", "SAMEORIGIN", override=False),
    ResponseHeader("x-xss-protection", "1; mode=block", override=False),
)
_SIMPLE_CORS = EdgeCors(("*",))
_CORS_WITH_PREFLIGHT = EdgeCors(
    ("*",), ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"), expose_headers=("*",)
)

RESPONSE_HEADERS: Final[Mapping[str, ResponseHeadersPolicy]] = MappingProxyType(
    {
        "60669652-455b-4ae9-85a4-c4c02393f86c": ResponseHeadersPolicy("SimpleCORS", _SIMPLE_CORS),
        "5cc3b908-e619-4b99-88e5-2cf7f45965bd": ResponseHeadersPolicy("CORS-With-Preflight", _CORS_WITH_PREFLIGHT),
        "67f7725c-6f97-4210-82d7-5512b31e9d03": ResponseHeadersPolicy("SecurityHeadersPolicy", None, _SECURITY),
        "e61eb60c-9c35-4d20-a928-2b84e02af89c": ResponseHeadersPolicy(
            "CORS-and-SecurityHeadersPolicy", _SIMPLE_CORS, _SECURITY
        ),
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63": ResponseHeadersPolicy(
            "CORS-with-preflight-and-SecurityHeadersPolicy", _CORS_WITH_PREFLIGHT, _SECURITY
        ),
    }
)
