"""Remembers answers for a moment: bounded in age and number. An execution environment has its own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """Call it with a key and what to ask when the answer is unknown or older than `max_age_s`."""

    def __init__(self, clock: Callable[[], float], max_age_s: float, most: int = 1000) -> None:
        self._clock, self._max_age_s, self._most = clock, max_age_s, most
        self._kept: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def __call__(self, key: Key, ask: Callable[[], Value]) -> Value:
        kept = self._kept.get(key)
        if kept is not None and self._clock() - kept[0] < self._max_age_s:
            return kept[1]
        value = ask()
        self._kept[key] = (self._clock(), value)
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return value

    def forget(self, key: Key) -> None:
        self._kept.pop(key, None)
