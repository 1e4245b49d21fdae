"""The objects of one distribution's cache: bounded in bytes, the least recently used one leaves first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from emulator.payloads.http_message import HeaderPairs, HttpResponse

LIMIT_BYTES = 64 * 1024 * 1024
LARGEST_PART = 4
"""An object larger than this part of the limit is passed on without being kept."""
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

    stale_if_error_s: None where the origin did not say. served_until: while the origin fails, it is left alone until
    then.
    """

    response: HttpResponse
    stored_at: float
    expires: float
    stale_while_revalidate_s: float = 0
    stale_if_error_s: float | None = None
    served_until: float = 0

    @property
    def size(self) -> int:
        headers = sum(len(name) + len(value) for name, value in self.response.headers)
        return len(self.response.body) + headers + _OVERHEAD_BYTES

    def is_fresh(self, now: float) -> bool:
        return now < max(self.expires, self.served_until)

    def age(self, now: float) -> int:
        return int(max(0.0, now - self.stored_at))

    def serves_errors(self, now: float) -> bool:
        """Whether it may be served instead of an error; without stale-if-error CloudFront always does so."""
        return self.stale_if_error_s is None or now < self.expires + self.stale_if_error_s

    def served_on(self, until: float) -> StoredObject:
        """At most as long as stale-if-error allows."""
        if self.stale_if_error_s is not None:
            until = min(until, self.expires + self.stale_if_error_s)
        return replace(self, served_until=until)


class ObjectCache:
    """Safe to use from several threads."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._objects: OrderedDict[CacheKey, StoredObject] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self.generation = 0
        """Counts invalidations: what was asked for before one must not be kept after it."""

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

    def put(self, key: CacheKey, stored: StoredObject, generation: int) -> None:
        """Keep an object in place of what was there, and let older ones go when there is no room.

        generation: as it was when the object was asked for.
        """
        with self._lock:
            self._drop(key)
            if generation != self.generation or stored.size > self._limit // LARGEST_PART:
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
            self.generation += 1
            leaving = [key for key in self._objects if goes(key)]
            for key in leaving:
                self._drop(key)
            return len(leaving)

    def _drop(self, key: CacheKey) -> None:
        gone = self._objects.pop(key, None)
        if gone is not None:
            self._bytes -= gone.size
