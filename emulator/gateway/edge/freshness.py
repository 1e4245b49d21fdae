"""How long an answer stays in the cache: the policy's three TTLs against what the origin says.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from emulator.model import CachePolicy
from emulator.payloads.http_message import HttpResponse

ALWAYS_CACHED_ERRORS = frozenset({404, 414, 500, 501, 502, 503, 504})
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html"""
ERRORS_CACHED_ON_REQUEST = frozenset({400, 403, 405, 412, 415})
"""Only where the origin sends max-age or s-maxage."""
_NOT_CACHED = frozenset({"no-store", "private"})


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Seconds for which an answer is fresh, and may be used afterwards; None: the origin did not say."""

    fresh_s: float
    stale_while_revalidate_s: float = 0
    stale_if_error_s: float | None = None


def lifetime(policy: CachePolicy, response: HttpResponse, now: float) -> Lifetime | None:
    """Of an answer that is no error. None: it is not kept."""
    directives = cache_control(response)
    stale = _seconds(directives, "stale-while-revalidate") or 0
    on_error = _seconds(directives, "stale-if-error")
    if _NOT_CACHED & directives.keys() or "*" in header(response, "vary"):
        # A minimum TTL above zero wins over the origin's wish.
        return Lifetime(policy.min_ttl_s) if policy.min_ttl_s > 0 else None
    # What is no-cache may be kept, and must be asked about each time.
    asked = 0.0 if "no-cache" in directives else asked_for(response, now)
    default = max(policy.default_ttl_s, policy.min_ttl_s)
    fresh = default if asked is None else max(policy.min_ttl_s, min(asked, policy.max_ttl_s))
    if fresh <= 0 and not _can_be_revalidated(response):
        return None
    return Lifetime(fresh, stale, on_error)


def error_lifetime(min_ttl_s: float, response: HttpResponse, max_ttl_s: float) -> Lifetime | None:
    """Of an answer with a status of 400 or above; `min_ttl_s` is the status's error caching minimum TTL."""
    directives = cache_control(response)
    asked = _seconds(directives, "s-maxage")
    asked = _seconds(directives, "max-age") if asked is None else asked
    asked = None if asked is None else min(asked, max_ttl_s)
    if response.status in ALWAYS_CACHED_ERRORS or (response.status in ERRORS_CACHED_ON_REQUEST and asked is not None):
        fresh = max(min_ttl_s, asked or 0)
        return Lifetime(fresh) if fresh > 0 else None
    return None


def asked_for(response: HttpResponse, now: float) -> float | None:
    """Seconds by s-maxage, max-age or Expires, in this order; None when there is none of them."""
    directives = cache_control(response)
    for name in ("s-maxage", "max-age"):
        seconds = _seconds(directives, name)
        if seconds is not None:
            return seconds
    expires = header(response, "expires")
    if not expires:
        return None
    try:
        return max(0.0, parsedate_to_datetime(expires).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        # What is no date lies in the past: RFC 9111, 5.3.
        return 0.0


def cache_control(response: HttpResponse) -> dict[str, str]:
    """Directive -> value, both lower-case; a directive without a value has an empty one."""
    found = {}
    for part in header(response, "cache-control").split(","):
        name, _, value = part.strip().partition("=")
        if name:
            found[name.strip().lower()] = value.strip().strip('"').lower()
    return found


def header(response: HttpResponse, name: str) -> str:
    """The header's value, repeated ones joined, empty where there is none."""
    return ", ".join(value for key, value in response.headers if key.lower() == name)


def _seconds(directives: dict[str, str], name: str) -> float | None:
    value = directives.get(name, "")
    return float(value) if value.isascii() and value.isdigit() else None


def _can_be_revalidated(response: HttpResponse) -> bool:
    return bool(header(response, "etag") or header(response, "last-modified"))
