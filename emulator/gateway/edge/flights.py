"""Request collapsing: of simultaneous requests for one object, one goes to the origin and the others wait for it.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-traffic-spikes
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

_REMEMBERED = 10_000
WAIT_S = 65.0
"""Longer than an origin may take; who waited so long asks the origin itself."""


class Flights:
    """Who is under way for what."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, threading.Event] = {}
        self._unshared: OrderedDict[Hashable, None] = OrderedDict()
        self._lock = threading.Lock()

    def are_for(self, key: Hashable, *, everybody: bool) -> None:
        """Whether what the last one brought is for the others, too. Where it is not, nobody waits for it again."""
        with self._lock:
            self._unshared.pop(key, None)
            if not everybody:
                self._unshared[key] = None
                if len(self._unshared) > _REMEMBERED:
                    self._unshared.popitem(last=False)

    def is_unshared(self, key: Hashable) -> bool:
        """True where each has to go himself."""
        return key in self._unshared

    def first(self, key: Hashable) -> bool:
        """True for who goes, and has to say `landed`; False for others, after the first one came back."""
        with self._lock:
            flight = self._under_way.get(key)
            if flight is None:
                self._under_way[key] = threading.Event()
                return True
        flight.wait(WAIT_S)
        return False

    def landed(self, key: Hashable) -> None:
        """Lets go who waits."""
        with self._lock:
            flight = self._under_way.pop(key)
        flight.set()

    def alone(self, key: Hashable, errand: Callable[[], None]) -> Callable[[], None] | None:
        """The errand, to be run by somebody else, unless one is under way for this already."""
        with self._lock:
            if key in self._under_way:
                return None
            self._under_way[key] = threading.Event()

        def run() -> None:
            try:
                errand()
            finally:
                self.landed(key)

        return run
