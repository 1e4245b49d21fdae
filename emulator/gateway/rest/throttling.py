"""Throttling of a REST API's stage: each method has a bucket, with limits of its own or those of the stage.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.gateway.throttle import TokenBucket
from emulator.model import RestApi, RestMethod


class StageThrottling:
    """The buckets of one stage."""

    def __init__(self, api: RestApi, monotonic: Callable[[], float]) -> None:
        self._methods = {
            (method.resource_path, method.http_method): TokenBucket(throttle, monotonic)
            for method in api.methods
            if (throttle := method.throttle or api.throttle) is not None
        }

    def admits(self, method: RestMethod) -> bool:
        bucket = self._methods.get((method.resource_path, method.http_method))
        return bucket is None or bucket.take()
