"""The open sockets of a system by connection id."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.gateway.websocket.socket import Socket


class Sockets:
    """Used on the event loop's thread only."""

    def __init__(self) -> None:
        self._by_id: dict[str, Socket] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Socket]:
        return iter(tuple(self._by_id.values()))

    def add(self, socket: Socket) -> None:
        self._by_id[socket.peer.connection_id] = socket

    def remove(self, socket: Socket) -> None:
        self._by_id.pop(socket.peer.connection_id, None)

    def find(self, connection_id: str, stage: str) -> Socket | None:
        """The open socket, None when it is gone or belongs to another stage."""
        socket = self._by_id.get(connection_id)
        return socket if socket is not None and socket.open and socket.peer.stage == stage else None
