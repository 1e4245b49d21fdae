"""Remembers what was read, for a while and not too much of it. Pure but for its own memory; one thread at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """The last `most` values by key, none older than `max_age_s`. An age of 0 remembers nothing."""

    def __init__(self, now: Callable[[], float], max_age_s: float, most: int = 500) -> None:
        self._now, self._max_age_s, self._most = now, max_age_s, most
        self._kept: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()

    def __call__(self, key: Hashable, read: Callable[[], Value]) -> Value:
        """What `read` answered within the age, else what it answers now; what it raises is not remembered."""
        now = self._now()
        kept = self._kept.get(key)
        if kept is not None and now - kept[0] < self._max_age_s:
            self._kept.move_to_end(key)
            return kept[1]
        value = read()
        if self._max_age_s > 0:
            self._kept[key] = (now, value)
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value

    def forget(self) -> None:
        """Everything: something was changed here."""
        self._kept.clear()
