"""Who is let in: the firewall, the countries, the methods and sizes that a distribution takes.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html
"""

from __future__ import annotations

from dataclasses import replace

from emulator.gateway.edge.answers import Answer
from emulator.gateway.edge.edge_headers import country_of
from emulator.gateway.edge.forwarding import FIREWALL_PREFIX
from emulator.gateway.edge.signed_access import SignedAccess
from emulator.gateway.edge.viewer_path import sent_path
from emulator.gateway.edge.visit import Visit
from emulator.gateway.firewall_port import FirewallPort
from emulator.model import Behavior, Clock, Distribution
from emulator.payloads import cloudfront_error
from emulator.payloads.http_message import HeaderPairs, HttpRequest, HttpResponse

URL_LIMIT_BYTES = 8_192
REQUEST_LIMIT_BYTES = 20_480
"""Path, query string and headers together.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
"""
BODY_LIMIT_BYTES = 100 * 1024 * 1024
"""Ours: CloudFront passes uploads of many gigabytes on as they come, but here a body is held in memory."""


class Admission:
    """The checks of one distribution."""

    def __init__(self, distribution: Distribution, firewall: FirewallPort | None, clock: Clock) -> None:
        self._distribution, self._firewall = distribution, firewall
        self._signed = SignedAccess(distribution.domain_name, clock)

    def admitted(self, request: HttpRequest, behavior: Behavior, edge_id: str) -> HttpRequest | Answer:
        """The request as cache and origin see it, or the refusal of the firewall, or of who has not signed it."""
        inspected = self._inspected(request, edge_id)
        if isinstance(inspected, Answer) or behavior.trusted_keys is None:
            return inspected
        checked = self._signed.checked(behavior.trusted_keys, inspected)
        return Answer(checked, "Error") if isinstance(checked, HttpResponse) else checked

    def _inspected(self, request: HttpRequest, edge_id: str) -> HttpRequest | Answer:
        """The request with the headers that the firewall puts in, or the firewall's refusal."""
        if self._firewall is None:
            return _with_inserted(request, ())
        verdict = self._firewall.inspect(request, request.source_ip)
        if not verdict.blocked:
            return _with_inserted(request, verdict.inserted)
        if verdict.response is not None:
            return Answer(verdict.response, "Error", final=True)
        return _refused(403, cloudfront_error.REQUEST_BLOCKED, edge_id)

    def refusal(self, visit: Visit) -> Answer | None:
        """Why a request is not served, or None."""
        request = visit.request
        country = country_of(request)
        # Where CloudFront cannot tell the country, it serves.
        if country is not None and not self._distribution.countries.includes(country):
            return _refused(403, cloudfront_error.COUNTRY_BLOCKED, visit.edge_id)
        if not visit.path.startswith("/"):
            return _refused(400, cloudfront_error.BAD_REQUEST, visit.edge_id)
        line = _line(request)
        if line > URL_LIMIT_BYTES or line + _headers(request) > REQUEST_LIMIT_BYTES:
            return _refused(413, cloudfront_error.BAD_REQUEST, visit.edge_id)
        if len(request.body) > BODY_LIMIT_BYTES:
            return _refused(413, cloudfront_error.BAD_REQUEST, visit.edge_id)
        if request.method not in visit.behavior.allowed_methods:
            return _refused(403, cloudfront_error.METHOD_NOT_ALLOWED, visit.edge_id)
        if request.method == "GET" and request.body:
            return _refused(403, cloudfront_error.BAD_REQUEST, visit.edge_id)
        return None


def _with_inserted(request: HttpRequest, inserted: HeaderPairs) -> HttpRequest:
    """What only a web ACL may say is taken out of what the viewer said: an API takes an underscore for a hyphen."""
    kept = tuple(pair for pair in request.headers if not pair[0].replace("_", "-").startswith(FIREWALL_PREFIX))
    if not inserted and len(kept) == len(request.headers):
        return request
    return replace(request, headers=(*kept, *inserted))


def _refused(status: int, reason: str, edge_id: str) -> Answer:
    return Answer(cloudfront_error.page(status, reason, edge_id), "Error")


def _line(request: HttpRequest) -> int:
    return len(sent_path(request)) + len(request.query)


def _headers(request: HttpRequest) -> int:
    return sum(len(name) + len(value) for name, value in request.headers)
