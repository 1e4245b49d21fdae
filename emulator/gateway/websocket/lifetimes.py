"""Ends connections that are idle or old, on the injected clock.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""

from __future__ import annotations

from emulator.gateway.websocket.limits import IDLE_S, LONGEST_S
from emulator.gateway.websocket.sockets import Sockets
from emulator.model import Clock

GOING_AWAY = (1001, "Going away")


class Lifetimes:
    """To be swept once a second, on the event loop's thread."""

    def __init__(self, sockets: Sockets, clock: Clock) -> None:
        self._sockets, self._clock = sockets, clock

    def sweep(self) -> None:
        """Say goodbye to whoever was silent for too long, or is there for too long."""
        now = self._clock.monotonic()
        for socket in self._sockets:
            if now - socket.active_at >= IDLE_S or now - socket.opened_at >= LONGEST_S:
                socket.close(*GOING_AWAY)
