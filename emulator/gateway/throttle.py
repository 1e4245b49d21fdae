"""Throttling by token bucket, on the injected clock.

A route with limits of its own has a bucket of its own; the others share the stage's.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from emulator.model import HttpApi, Route, Throttle


class TokenBucket:
    """At most `burst` tokens, refilled with `rate_per_s`; one request takes one."""

    def __init__(self, limit: Throttle, monotonic: Callable[[], float]) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._tokens = float(limit.burst)
        self._at = monotonic()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """True when the request may pass."""
        with self._lock:
            now = self._monotonic()
            self._tokens = min(self._limit.burst, self._tokens + (now - self._at) * self._limit.rate_per_s)
            self._at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True


class Throttling:
    """The buckets of one API."""

    def __init__(self, api: HttpApi, monotonic: Callable[[], float]) -> None:
        self._stage = TokenBucket(api.throttle, monotonic) if api.throttle else None
        self._routes = {
            (route.method, route.path): TokenBucket(route.throttle, monotonic)
            for route in api.routes
            if route.throttle is not None
        }

    def admits(self, route: Route) -> bool:
        bucket = self._routes.get((route.method, route.path), self._stage)
        return bucket is None or bucket.take()
