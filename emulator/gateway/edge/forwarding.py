"""Makes the request to the origin, and the cache key, out of a viewer's request and the policies of its behaviour.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
"""

from __future__ import annotations

from emulator.gateway.edge.edge_headers import PREFIX
from emulator.gateway.edge.object_cache import CacheKey
from emulator.gateway.edge.origins import OriginRequest
from emulator.gateway.edge.selected import accepted_encoding, cookies_of, headers_of, made_headers, query_of
from emulator.model import Behavior, OriginRequestPolicy
from emulator.payloads.http_message import HttpRequest

USER_AGENT = "Amazon CloudFront"
FIREWALL_PREFIX = "x-amzn-waf-"
"""Of headers that a web ACL puts in; a viewer's own of that name never get so far."""
_ALWAYS = frozenset(
    {
        "cache-control",
        "content-encoding",
        "content-language",
        "content-md5",
        "content-type",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "range",
        "x-amzn-trace-id",
    }
)
"""Belong to the message itself and pass whatever the policies say."""
_NEVER = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "x-amz-cf-id",
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-real-ip",
    }
)
"""Are removed, or stated by CloudFront itself."""
_CONDITIONS = frozenset(
    {"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "range", "cache-control"}
)
_NOTHING = OriginRequestPolicy("none")


def cache_key(behavior: Behavior, request: HttpRequest, path: str) -> CacheKey:
    """`path` is the request's as it was sent, or the default root object's."""
    policy = behavior.cache
    varied = headers_of(request, policy.headers) + made_headers(request, policy.headers.names, https=_https(behavior))
    cookies = cookies_of(request, policy.cookies.includes)
    return CacheKey(
        target=f"{behavior.pattern} {behavior.target}",
        method=request.method,
        path=path,
        query=query_of(request.query, policy.queries.includes),
        varied=(*varied, ("cookie", cookies)) if cookies else varied,
        encoding=accepted_encoding(request, gzip=policy.gzip, brotli=policy.brotli),
    )


def origin_request(
    behavior: Behavior, request: HttpRequest, path: str, edge_id: str, via: str, *, whole: bool
) -> OriginRequest:
    """whole: ask for the complete object whatever part the viewer wants, because it goes into the cache."""
    policy, more = behavior.cache, behavior.forward or _NOTHING
    https = _https(behavior)

    def wanted(name: str) -> bool:
        if name.startswith(FIREWALL_PREFIX) or (
            name == "authorization" and request.method not in behavior.cached_methods
        ):
            return True
        if name in _NEVER or name.replace("_", "-").startswith(PREFIX):
            # What CloudFront says of a viewer takes the place of what the viewer says of itself.
            return False
        return policy.headers.includes(name) or more.headers.includes(name)

    headers = [
        (name, value)
        for name, value in request.headers
        if (wanted(name) or name in _ALWAYS) and not (whole and name in _CONDITIONS) and not name.startswith("x-edge-")
    ]
    headers += made_headers(request, policy.headers.names | more.headers.names | more.edge_headers, https=https)
    cookies = cookies_of(request, lambda name: policy.cookies.includes(name) or more.cookies.includes(name))
    if cookies:
        headers.append(("cookie", cookies))
    headers += _own(behavior, request, edge_id, via)
    query = query_of(request.query, lambda name: policy.queries.includes(name) or more.queries.includes(name))
    return OriginRequest(request.method, path, query, tuple(headers), request.body)


def _own(behavior: Behavior, request: HttpRequest, edge_id: str, via: str) -> list[tuple[str, str]]:
    """What CloudFront states whatever the viewer said."""
    policy, more = behavior.cache, behavior.forward or _NOTHING

    def named(name: str) -> bool:
        return policy.headers.includes(name) or more.headers.includes(name)

    forwarded = request.header("x-forwarded-for")
    own = [
        ("via", via),
        ("x-amz-cf-id", edge_id),
        ("x-forwarded-for", f"{forwarded}, {request.source_ip}" if forwarded else request.source_ip),
    ]
    host = request.header("host")
    # AllViewerExceptHostHeader takes the viewer's Host out even where the cache key has it.
    kept_out = more.headers.mode == "except" and "host" in more.headers.names
    if host and named("host") and not kept_out:
        own.append(("host", host))
    if not named("user-agent"):
        own.append(("user-agent", USER_AGENT))
    encoding = _encoding(behavior, request)
    if encoding:
        own.append(("accept-encoding", encoding))
    return own


def _encoding(behavior: Behavior, request: HttpRequest) -> str:
    policy, more = behavior.cache, behavior.forward or _NOTHING
    sent = request.header("accept-encoding") or ""
    if policy.gzip or policy.brotli:
        return accepted_encoding(request, gzip=policy.gzip, brotli=policy.brotli) or ("identity" if sent else "")
    if policy.headers.includes("accept-encoding") or more.headers.includes("accept-encoding"):
        return sent
    return accepted_encoding(request, gzip=True, brotli=False)


def _https(behavior: Behavior) -> bool:
    """Behind redirect-to-https and https-only, no request reaches the origin that did not come by HTTPS."""
    return behavior.https_only
