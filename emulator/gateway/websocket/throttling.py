"""Throttles new connections and messages; a route with limits of its own has a bucket of its own.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.gateway.throttle import TokenBucket
from emulator.gateway.websocket.limits import NEW_CONNECTIONS_PER_S
from emulator.model import Throttle, WebSocketApi
from emulator.model.websocket_apis import CONNECT

_NEW_CONNECTIONS = Throttle(NEW_CONNECTIONS_PER_S, NEW_CONNECTIONS_PER_S)


class Throttling:
    """The buckets of one API."""

    def __init__(self, api: WebSocketApi, monotonic: Callable[[], float]) -> None:
        self._account = TokenBucket(_NEW_CONNECTIONS, monotonic)
        self._stage = TokenBucket(api.throttle, monotonic) if api.throttle else None
        self._routes = {
            key: TokenBucket(route.throttle, monotonic) for key, route in api.routes.items() if route.throttle
        }

    def admits_connection(self) -> bool:
        return self._account.take() and self.admits(CONNECT)

    def admits(self, route_key: str) -> bool:
        bucket = self._routes.get(route_key, self._stage)
        return bucket is None or bucket.take()
