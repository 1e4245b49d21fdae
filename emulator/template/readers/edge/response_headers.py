"""AWS::CloudFront::ResponseHeadersPolicy -> model.ResponseHeadersPolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudfront-responseheaderspolicy.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from emulator.model import EdgeCors, ResponseHeader, ResponseHeadersPolicy
from emulator.template.readers.edge.selections import listed
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_KNOWN = frozenset(
    [
        "Name",
        "Comment",
        "CorsConfig",
        "CustomHeadersConfig",
        "RemoveHeadersConfig",
        "SecurityHeadersConfig",
        "ServerTimingHeadersConfig",
    ]
)
_HUNDRED_YEARS_S = 3_153_600_000


def read_response_headers_policy(reading: Reading, section: Section) -> ResponseHeadersPolicy:
    """`section` is the ResponseHeadersPolicyConfig."""
    reading.ignore_others(section, _KNOWN, {})
    timing = section.sub("ServerTimingHeadersConfig")
    custom = section.sub("CustomHeadersConfig").subs("Items")
    removed = section.sub("RemoveHeadersConfig").subs("Items")
    return ResponseHeadersPolicy(
        section.text("Name", "policy"),
        _cors(section.sub("CorsConfig")),
        (
            *_security(section.sub("SecurityHeadersConfig")),
            *(ResponseHeader(one.text("Header").lower(), one.text("Value"), one.flag("Override")) for one in custom),
        ),
        frozenset(one.text("Header").lower() for one in removed),
        (timing.optional_rate("SamplingRate") or 0) if timing.flag("Enabled") else 0,
    )


def _cors(section: Section) -> EdgeCors | None:
    if not section.values:
        return None
    return EdgeCors(
        _names(section, "AccessControlAllowOrigins"),
        _methods(_names(section, "AccessControlAllowMethods")),
        _names(section, "AccessControlAllowHeaders"),
        _names(section, "AccessControlExposeHeaders"),
        section.optional_number("AccessControlMaxAgeSec", 0, _HUNDRED_YEARS_S),
        section.flag("AccessControlAllowCredentials"),
        section.flag("OriginOverride"),
    )


def _names(section: Section, name: str) -> tuple[str, ...]:
    return tuple(sorted(listed(section, name)))


def _methods(written: tuple[str, ...]) -> tuple[str, ...]:
    """ALL means every method that CloudFront knows."""
    return ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT") if "ALL" in written else written


def _security(section: Section) -> Iterator[ResponseHeader]:
    """One header for each part that is there."""
    makers: dict[str, Callable[[Section], tuple[str, str]]] = {
        "ContentSecurityPolicy": lambda part: ("content-security-policy", part.text("ContentSecurityPolicy")),
        "ContentTypeOptions": lambda _: ("x-content-type-options", "nosniff"),
        "FrameOptions": lambda part: ("x-frame-options", part.one_of("FrameOption", ("DENY", "SAMEORIGIN"), "DENY")),
        "ReferrerPolicy": lambda part: ("referrer-policy", part.text("ReferrerPolicy")),
        "StrictTransportSecurity": lambda part: ("strict-transport-security", _strict_transport(part)),
        "XSSProtection": lambda part: ("x-xss-protection", _xss_protection(part)),
    }
    for name, make in makers.items():
        if name in section:
            part = section.sub(name)
            header, value = make(part)
            yield ResponseHeader(header, value, part.flag("Override"))


def _strict_transport(section: Section) -> str:
    parts = [f"max-age={section.number('AccessControlMaxAgeSec', 0, 0, _HUNDRED_YEARS_S)}"]
    if section.flag("IncludeSubdomains"):
        parts.append("includeSubDomains")
    if section.flag("Preload"):
        parts.append("preload")
    return "; ".join(parts)


def _xss_protection(section: Section) -> str:
    if not section.flag("Protection"):
        return "0"
    report = section.optional_text("ReportUri")
    if section.flag("ModeBlock"):
        return "1; mode=block"
    return f"1; report={report}" if report else "1"
