"""One viewer's request on its way through a distribution."""

from __future__ import annotations

from dataclasses import dataclass, replace

from emulator.gateway.edge.forwarding import cache_key
from emulator.gateway.edge.object_cache import CacheKey
from emulator.model import Behavior
from emulator.payloads.http_message import HttpRequest


@dataclass(frozen=True, slots=True)
class Visit:
    """`path` is the request's as it was sent, or the default root object's; `edge_id` what x-amz-cf-id says."""

    request: HttpRequest
    behavior: Behavior
    path: str
    edge_id: str
    key: CacheKey

    @property
    def is_cacheable_method(self) -> bool:
        return self.request.method in self.behavior.cached_methods

    @property
    def may_be_cached(self) -> bool:
        """A policy whose TTLs are all zero keeps no object, whatever the origin says."""
        policy = self.behavior.cache
        return max(policy.max_ttl_s, policy.min_ttl_s) > 0

    def for_page(self, path: str, behavior: Behavior) -> Visit:
        """The request for a custom error page that stands in for the answer to this one."""
        request = replace(self.request, method="GET", query="", body=b"", headers=_plain(self.request))
        return visit_of(request, behavior, path, self.edge_id)


def visit_of(request: HttpRequest, behavior: Behavior, path: str, edge_id: str) -> Visit:
    return Visit(request, behavior, path, edge_id, cache_key(behavior, request, path))


def _plain(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """Conditions and ranges are about the object that failed, not about its page."""
    return tuple(pair for pair in request.headers if not pair[0].startswith("if-") and pair[0] != "range")
