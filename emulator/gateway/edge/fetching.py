"""Gets objects: out of the cache while they are fresh, else from the origin, and keeps what may be kept.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from emulator.gateway.edge.answers import Answer, from_origin, from_store
from emulator.gateway.edge.compression import compressed
from emulator.gateway.edge.flights import Flights
from emulator.gateway.edge.forwarding import origin_request
from emulator.gateway.edge.freshness import error_lifetime, header, lifetime
from emulator.gateway.edge.object_cache import ObjectCache, StoredObject
from emulator.gateway.edge.origins import OriginFailure, OriginPort
from emulator.gateway.edge.visit import Visit
from emulator.model import Clock, ErrorPage
from emulator.payloads import cloudfront_error
from emulator.payloads.http_message import HeaderPairs, HttpResponse

ERROR_MIN_TTL_S = 10.0
"""Of statuses without a CustomErrorResponse."""

_log = logging.getLogger(__name__)


class Fetching:
    """The cache of one distribution and the origins behind it."""

    def __init__(
        self,
        origins: Mapping[str, OriginPort],
        cache: ObjectCache,
        clock: Clock,
        via: str,
        error_pages: Mapping[int, ErrorPage],
        background: Callable[[Callable[[], None]], None],
    ) -> None:
        """`origins` by the id of an origin or origin group. `background` runs an errand without waiting for it."""
        self._origins, self._cache, self._clock, self._via = origins, cache, clock, via
        self._error_pages, self._background = error_pages, background
        self._flights = Flights()

    def answer(self, visit: Visit) -> Answer:
        """The object, or what the origin said instead; never raises for what an origin did."""
        if not visit.is_cacheable_method:
            return from_origin(self._asked(visit, whole=False), whole=False)
        return self._from_cache(visit) or (self._collapsed(visit) if visit.may_be_cached else self._passed_on(visit))

    def _passed_on(self, visit: Visit) -> Answer:
        """A policy that keeps nothing keeps failures all the same: they have a TTL of their own."""
        generation = self._cache.generation
        response = self._asked(visit, whole=False)
        if response.status >= 400:
            self._keep(visit, response, generation)
        return from_origin(response, whole=False)

    def _from_cache(self, visit: Visit) -> Answer | None:
        now = self._clock.now()
        stored = self._stored(visit)
        if stored is None:
            return None
        if stored.is_fresh(now):
            return from_store(stored, "Hit", now)
        if now < stored.expires + stored.stale_while_revalidate_s:
            errand = self._flights.alone(visit.key, lambda: self._refreshed_behind_the_scenes(visit, stored))
            if errand is not None:
                self._background(errand)
            return from_store(stored, "Hit", now)
        return None

    def _stored(self, visit: Visit) -> StoredObject | None:
        """A HEAD is answered from the object of a GET, too."""
        found = self._cache.get(visit.key)
        if found is None and visit.request.method == "HEAD":
            return self._cache.get(replace(visit.key, method="GET"))
        return found

    def _collapsed(self, visit: Visit) -> Answer:
        if self._flights.is_unshared(visit.key):
            return self._fetched(visit)
        if not self._flights.first(visit.key):
            # What the first one brought may not be for everybody: then each asks for itself.
            return self._from_cache(visit) or self._fetched(visit)
        try:
            return self._fetched(visit)
        finally:
            self._flights.landed(visit.key)

    def _fetched(self, visit: Visit) -> Answer:
        generation, stale = self._cache.generation, self._cache.get(visit.key)
        if stale is not None and stale.response.status >= 400:
            stale = None
        response = self._asked(visit, whole=True, stale=stale)
        if stale is not None:
            if response.status == 304:
                return self._renewed(visit, stale, response, generation)
            if response.status >= 500 and stale.serves_errors(self._clock.now()):
                return self._kept_on(visit, stale, response.status, generation)
        response = compressed(visit.behavior, visit.key.encoding, response)
        self._keep(visit, response, generation)
        return from_origin(response, whole=True)

    def _refreshed_behind_the_scenes(self, visit: Visit, stale: StoredObject) -> None:
        try:
            self._fetched(visit)
        except Exception:  # noqa: BLE001 - nobody waits for it; the viewer has the stale object
            _log.exception("%s (%.0f s old) could not be refreshed", visit.path, stale.age(self._clock.now()))

    def _asked(self, visit: Visit, *, whole: bool, stale: StoredObject | None = None) -> HttpResponse:
        request = origin_request(visit.behavior, visit.request, visit.path, visit.edge_id, self._via, whole=whole)
        if stale is not None:
            request = replace(request, headers=(*request.headers, *_validators(stale)))
        answer = self._origins[visit.behavior.target].send(request)
        if isinstance(answer, OriginFailure):
            _log.warning("The origin of %s %s: %s", visit.path, answer.kind, answer.reason)
            return cloudfront_error.page(answer.status, answer.told, visit.edge_id)
        return answer

    def _renewed(self, visit: Visit, stale: StoredObject, not_modified: HttpResponse, generation: int) -> Answer:
        """The object is the one we have; the 304 brings newer headers about its age.

        RFC 9111, 4.3.4.
        """
        newer = {name for name, _ in not_modified.headers} - {"content-length", "content-encoding", "etag"}
        kept = [pair for pair in stale.response.headers if pair[0] not in newer]
        headers = (*kept, *(pair for pair in not_modified.headers if pair[0] in newer))
        response = replace(stale.response, headers=headers)
        self._keep(visit, response, generation)
        return Answer(response, "RefreshHit", 0, whole=True)

    def _kept_on(self, visit: Visit, stale: StoredObject, status: int, generation: int) -> Answer:
        """The origin fails: what we had is served on, and the origin left alone for a while."""
        now = self._clock.now()
        self._cache.put(visit.key, stale.served_on(now + self._error_ttl(status)), generation)
        return from_store(stale, "RefreshHit", now)

    def _keep(self, visit: Visit, response: HttpResponse, generation: int) -> None:
        now = self._clock.now()
        if response.status >= 400:
            life = error_lifetime(self._error_ttl(response.status), response, visit.behavior.cache.max_ttl_s)
        else:
            life = lifetime(visit.behavior.cache, response, now) if _is_complete(response) else None
        self._flights.are_for(visit.key, everybody=life is not None and life.fresh_s > 0)
        if life is None:
            self._cache.drop(visit.key)
            return
        stored = StoredObject(response, now, now + life.fresh_s, life.stale_while_revalidate_s, life.stale_if_error_s)
        self._cache.put(visit.key, stored, generation)

    def _error_ttl(self, status: int) -> float:
        page = self._error_pages.get(status)
        return ERROR_MIN_TTL_S if page is None else page.min_ttl_s


def _validators(stale: StoredObject) -> HeaderPairs:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#RequestCustomConditionalGETs"""
    found = (
        ("if-none-match", header(stale.response, "etag")),
        ("if-modified-since", header(stale.response, "last-modified")),
    )
    return tuple(pair for pair in found if pair[1])


def _is_complete(response: HttpResponse) -> bool:
    return response.status not in (206, 304)
