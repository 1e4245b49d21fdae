"""Secrets of Secrets Manager, read at first need and remembered for five minutes: a rotation needs no deploy."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


class Secret:
    """One secret. Call it for its text."""

    def __init__(self, client: Any, arn: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._client, self._arn, self._clock = client, arn, clock
        self._value, self._read_at = "", float("-inf")

    def __call__(self, max_age_s: float = 300) -> str:
        if not self._value or self._clock() - self._read_at > max_age_s:
            self._value = str(self._client.get_secret_value(SecretId=self._arn)["SecretString"])
            self._read_at = self._clock()
        return self._value
