"""Invalidations of one distribution: what leaves the cache before it expires, and the record of it.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
"""

from __future__ import annotations

import secrets
import string
import threading

from emulator.gateway.edge.object_cache import CacheKey, ObjectCache
from emulator.gateway.edge.viewer_path import decoded
from emulator.model import Clock
from emulator.payloads.cloudfront_documents import Batch, Invalidation

_KEPT = 100
_LETTERS = string.ascii_uppercase + string.digits
LONGEST_PATH = 4_000


class Invalidations:
    """Of one distribution; the newest hundred are remembered."""

    def __init__(self, cache: ObjectCache, clock: Clock) -> None:
        self._cache, self._clock = cache, clock
        self._made: list[Invalidation] = []
        self._lock = threading.Lock()

    def make(self, batch: Batch) -> Invalidation | None:
        """Drops the objects; None when the caller reference stands for other paths already.

        The same batch again is the same invalidation.
        """
        with self._lock:
            for made in self._made:
                if made.caller_reference == batch.caller_reference:
                    return made if made.paths == batch.paths else None
            self._cache.drop_where(lambda key: any(covers(path, key) for path in batch.paths))
            number = "I" + "".join(secrets.choice(_LETTERS) for _ in range(25))
            made = Invalidation(number, batch.caller_reference, batch.paths, self._clock.now())
            self._made = [made, *self._made][:_KEPT]
            return made

    def all(self) -> list[Invalidation]:
        """The newest first."""
        with self._lock:
            return list(self._made)

    def find(self, invalidation_id: str) -> Invalidation | None:
        return next((made for made in self.all() if made.id == invalidation_id), None)


def is_valid(path: str) -> bool:
    """A wildcard may only be the last character."""
    return path.startswith("/") and len(path) <= LONGEST_PATH and "*" not in path[:-1]


def covers(path: str, key: CacheKey) -> bool:
    """Whether an object goes: every version of it, whatever its headers and cookies. Case matters."""
    # However a viewer escaped it, an object is the same.
    target, mark, query = path.removesuffix("*").partition("?")
    wanted = decoded(target) + mark + query
    found = f"{decoded(key.path)}?{key.query}" if key.query else decoded(key.path)
    return found.startswith(wanted) if path.endswith("*") else found == wanted
