"""The objects of one distribution's cache: bounded in bytes, the least recently used one leaves first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from emulator.payloads.http_message import HeaderPairs, HttpResponse

LIMIT_BYTES = 64 * 1024 * 1024
LARGEST_BYTES = LIMIT_BYTES // 4
"""A larger object is passed on without being kept."""
_OVERHEAD_BYTES = 1_024


@dataclass(frozen=True, slots=True)
class CacheKey:
    """What tells objects of a distribution apart. `varied`: headers and cookies of the cache policy, with values."""

    target: str
    method: str
    path: str
    query: str = ""
    varied: HeaderPairs = ()
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An answer of an origin, with times in seconds since the epoch.

    age_s: how old it was when it came. stale_if_error_s: None where the origin did not say.
    """

    response: HttpResponse
    stored_at: float
    fresh_until: float
    age_s: float = 0
    stale_while_revalidate_s: float = 0
    stale_if_error_s: float | None = None

    @property
    def size(self) -> int:
        headers = sum(len(name) + len(value) for name, value in self.response.headers)
        return len(self.response.body) + headers + _OVERHEAD_BYTES

    def is_fresh(self, now: float) -> bool:
        return now < self.fresh_until

    def age(self, now: float) -> int:
        return int(max(0.0, now - self.stored_at) + self.age_s)

    def until(self, fresh_until: float) -> StoredObject:
        return replace(self, fresh_until=fresh_until)


class ObjectCache:
    """Safe to use from several threads."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._objects: OrderedDict[CacheKey, StoredObject] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        """What the objects take, with an allowance for each."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._objects)

    def get(self, key: CacheKey) -> StoredObject | None:
        """The object, fresh or stale."""
        with self._lock:
            found = self._objects.get(key)
            if found is not None:
                self._objects.move_to_end(key)
            return found

    def put(self, key: CacheKey, stored: StoredObject) -> None:
        """Keep an object in place of what was there, and let older ones go when there is no room."""
        with self._lock:
            self._drop(key)
            if stored.size > min(self._limit, LARGEST_BYTES):
                return
            self._objects[key] = stored
            self._bytes += stored.size
            while self._bytes > self._limit:
                self._drop(next(iter(self._objects)))

    def drop(self, key: CacheKey) -> None:
        """Forget one object."""
        with self._lock:
            self._drop(key)

    def drop_where(self, goes: Callable[[CacheKey], bool]) -> int:
        """Forget every object that `goes` names; says how many."""
        with self._lock:
            leaving = [key for key in self._objects if goes(key)]
            for key in leaving:
                self._drop(key)
            return len(leaving)

    def _drop(self, key: CacheKey) -> None:
        gone = self._objects.pop(key, None)
        if gone is not None:
            self._bytes -= gone.size
