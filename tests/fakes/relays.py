"""Relay routes of a backend that exists only in memory. They pass the contract test of the real client."""

from __future__ import annotations

from emulator.model import RelayQueue, RelayRoute
from tests.fakes.queues import FakeQueues


class FakeRelays:
    """Queues are those of `queues`; what a source sends, a test puts into them itself."""

    def __init__(self, queues: FakeQueues) -> None:
        self._queues = queues
        self.connected: dict[str, RelayRoute] = {}

    def connect(self, route: RelayRoute) -> RelayQueue:
        url = self._queues.ensure(route.queue, {})
        self.connected[route.queue] = route
        return RelayQueue(url, f"{route.source}:subscription" if route.kind == "sns" else "")

    def disconnect(self, route: RelayRoute) -> None:
        self.connected.pop(route.queue, None)
        self._queues.drop(route.queue)

    def is_enabled(self, route: RelayRoute) -> bool:
        return route.queue in self.connected
