"""Keeps what a Lambda authorizer answered for its TTL.

https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

_LARGEST_CACHE = 10_000

Answer = TypeVar("Answer")


class KeptAnswers(Generic[Answer]):
    """Answers by identity values.

    What was asked for is no part of the key unless it is an identity source itself: one answer serves all routes of
    the authorizer, and its policy is evaluated anew for each of them.
    """

    def __init__(self, ttl_s: float, monotonic: Callable[[], float]) -> None:
        self._ttl_s = ttl_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[str, ...], tuple[float, Answer]] = OrderedDict()

    def get(self, identity: tuple[str, ...]) -> Answer | None:
        with self._lock:
            kept = self._answers.get(identity)
            return kept[1] if kept is not None and self._monotonic() < kept[0] else None

    def put(self, identity: tuple[str, ...], answer: Answer) -> None:
        # Without identity sources, or with a TTL of 0, nothing is kept.
        if not identity or self._ttl_s <= 0:
            return
        with self._lock:
            self._answers.pop(identity, None)
            self._answers[identity] = (self._monotonic() + self._ttl_s, answer)
            if len(self._answers) > _LARGEST_CACHE:
                self._answers.popitem(last=False)
