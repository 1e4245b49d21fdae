"""Keeps the answers of a Lambda authorizer for its TTL.

https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from emulator.payloads.rest_authorizer_answer import PolicyAnswer

_LARGEST_CACHE = 10_000


class PolicyCache:
    """Answers by identity values; one answer serves every method of the stage."""

    def __init__(self, ttl_s: float, monotonic: Callable[[], float]) -> None:
        self._ttl_s = ttl_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[str, ...], tuple[float, PolicyAnswer]] = OrderedDict()

    def get(self, identity: tuple[str, ...]) -> PolicyAnswer | None:
        with self._lock:
            expires, answer = self._answers.get(identity, (0.0, None))
            return answer if answer is not None and self._monotonic() < expires else None

    def put(self, identity: tuple[str, ...], answer: PolicyAnswer) -> None:
        # Without identity sources, or with a TTL of 0, nothing is kept.
        if not identity or self._ttl_s <= 0:
            return
        with self._lock:
            self._answers.pop(identity, None)
            self._answers[identity] = (self._monotonic() + self._ttl_s, answer)
            if len(self._answers) > _LARGEST_CACHE:
                self._answers.popitem(last=False)
