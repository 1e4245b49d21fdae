"""One distribution: takes a viewer's request through its behaviour, the cache and the origins.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehavior.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.gateway.edge.answers import Answer, from_store
from emulator.gateway.edge.behaviors import BehaviorTable
from emulator.gateway.edge.forwarding import cache_key, origin_request
from emulator.gateway.edge.freshness import error_lifetime, lifetime
from emulator.gateway.edge.identity import EdgeIds
from emulator.gateway.edge.object_cache import CacheKey, ObjectCache, StoredObject
from emulator.gateway.edge.origins import OriginFailure, OriginPort
from emulator.gateway.edge.viewer_response import viewer_response
from emulator.model import Behavior, Clock, Distribution
from emulator.payloads import cloudfront_error
from emulator.payloads.http_message import HttpRequest, HttpResponse

ERROR_MIN_TTL_S = 10.0
"""Of statuses without a CustomErrorResponse."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One viewer's request on its way: `path` is the request's, or the default root object's."""

    request: HttpRequest
    behavior: Behavior
    path: str
    edge_id: str
    key: CacheKey


class DistributionEndpoint:
    """Everything about one distribution is prepared here once; a request only passes through."""

    def __init__(
        self,
        distribution: Distribution,
        origins: Mapping[str, OriginPort],
        cache: ObjectCache,
        clock: Clock,
        ids: EdgeIds,
    ) -> None:
        """`origins` by the id of an origin or origin group."""
        self._distribution, self._origins = distribution, origins
        self._cache, self._clock, self._ids = cache, clock, ids
        self._behaviors = BehaviorTable(distribution.behaviors)

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The response to any request; never raises for what a viewer or an origin did."""
        edge_id = self._ids.request()
        path = self._path(request)
        behavior = self._behaviors.match(path)
        visit = Visit(request, behavior, path, edge_id, cache_key(behavior, request, path))
        answer = self._answer(visit)
        return viewer_response(answer, edge_id, self._ids.via)

    def _path(self, request: HttpRequest) -> str:
        """The default root object stands for the root only.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html
        """
        root = self._distribution.default_root_object
        return f"/{root}" if root and request.path == "/" else request.path

    def _answer(self, visit: Visit) -> Answer:
        if visit.request.method not in visit.behavior.allowed_methods:
            refused = cloudfront_error.page(403, cloudfront_error.METHOD_NOT_ALLOWED, visit.edge_id)
            return Answer(refused, "Error")
        if visit.request.method not in visit.behavior.cached_methods:
            return self._passed_on(visit)
        now = self._clock.now()
        stored = self._cache.get(visit.key)
        if stored is not None and stored.is_fresh(now):
            return from_store(stored, "Hit", now)
        return self._fetched(visit)

    def _passed_on(self, visit: Visit) -> Answer:
        return self._came(visit, self._asked(visit, whole=False))

    def _fetched(self, visit: Visit) -> Answer:
        response = self._asked(visit, whole=True)
        if isinstance(response, HttpResponse):
            self._keep(visit, response)
        return self._came(visit, response)

    def _asked(self, visit: Visit, *, whole: bool) -> HttpResponse | OriginFailure:
        request = origin_request(visit.behavior, visit.request, visit.path, visit.edge_id, self._ids.via, whole=whole)
        return self._origins[visit.behavior.target].send(request)

    def _came(self, visit: Visit, response: HttpResponse | OriginFailure) -> Answer:
        if isinstance(response, OriginFailure):
            page = cloudfront_error.page(response.status, cloudfront_error.CANNOT_CONNECT, visit.edge_id)
            return Answer(page, "Error")
        return Answer(response, "Error" if response.status >= 400 else "Miss")

    def _keep(self, visit: Visit, response: HttpResponse) -> None:
        now = self._clock.now()
        policy = visit.behavior.cache
        life = error_lifetime(ERROR_MIN_TTL_S, response) if response.status >= 400 else lifetime(policy, response, now)
        if life is None:
            self._cache.drop(visit.key)
            return
        stored = StoredObject(
            response, now, now + life.fresh_s, 0, life.stale_while_revalidate_s, life.stale_if_error_s
        )
        self._cache.put(visit.key, stored)
