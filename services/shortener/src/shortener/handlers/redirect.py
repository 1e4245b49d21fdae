"""GET /{code} and GET /: the hot path. It imports no SDK, no validation and no framework, and that is on purpose."""

from __future__ import annotations

from typing import Any

from shortener import wiring
from shortener.domain.errors import LinkGoneError, LinkNotFoundError, ShortenerError
from shortener.domain.model import Visit
from shortener.journal import Journal
from shortener.web import replies
from shortener.web.request import Event, correlation_id, header, request_id

_env = wiring.environment()
_follow = wiring.follow_link(_env)
_public_url = wiring.public_url(_env)
_journal = Journal("Redirect")

CACHE_CONTROL = "private, max-age=0, no-cache"
"""A browser asks again each time: otherwise neither clicks nor changes would be seen."""


def handler(event: Event, _context: Any) -> replies.Reply:
    """302 to the target, 404, 410 or 503; `GET /` goes to the web page."""
    correlation = correlation_id(event)
    if _env.pause:
        return _paused(correlation)
    code = event.get("pathParameters", {}).get("code")
    try:
        if code is None:
            return _front_page(correlation)
        target = _follow(_visit(event, code, correlation))
    except ShortenerError as failure:
        return _refused(event, code or "", failure, correlation)
    _journal.note("INFO", "redirected", correlation, {"Redirects": 1}, code=code)
    return replies.redirect(target, CACHE_CONTROL, correlation)


def _visit(event: Event, code: str, correlation: str) -> Visit:
    http, headers = event["requestContext"]["http"], event.get("headers", {})
    return Visit(
        code=code,
        # Behind CloudFront the API's caller is an edge location.
        source_ip=_address(headers.get("cloudfront-viewer-address", "")) or http.get("sourceIp", ""),
        user_agent=http.get("userAgent", ""),
        referrer=headers.get("referer", ""),
        # Only CloudFront knows both; they must be in the origin request policy.
        country=_country(headers.get("cloudfront-viewer-country", "")),
        query=event.get("queryStringParameters", {}),
        correlation_id=correlation,
    )


def _address(viewer: str) -> str:
    """Without the port: "198.51.100.10:46532", "2001:db8::1:46532".

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
    """
    return viewer.rpartition(":")[0].strip("[]")[:45]


def _country(code: str) -> str:
    return code.upper() if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _front_page(correlation: str) -> replies.Reply:
    public = _public_url()
    page = _env.web_page_url or (public and f"{public}/index.html")
    if page:
        return replies.redirect(page, "public, max-age=300", correlation)
    return replies.page(200, "Short links", "This is a URL shortener. POST /links makes a link.", correlation)


def _refused(event: Event, code: str, failure: ShortenerError, correlation: str) -> replies.Reply:
    unavailable = failure.code == "unavailable"
    level, counted = ("ERROR", "RedirectsFailed") if unavailable else ("INFO", "RedirectsRefused")
    _journal.note(
        level, "not redirected", correlation, {counted: 1}, code=code[:64], error=failure.code, why=str(failure)
    )
    if isinstance(failure, LinkNotFoundError | LinkGoneError) and "text/html" in header(event, "accept"):
        return replies.page(replies.STATUS[failure.code], "This link leads nowhere", str(failure), correlation)
    return replies.refusal(failure, request_id(event), correlation)


def _paused(correlation: str) -> replies.Reply:
    title = "Stopped" if _env.pause.emergency else "Back soon"
    return replies.page(503, title, _env.pause.reason, correlation, {"retry-after": "300"})
