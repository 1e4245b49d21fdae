"""Ports for tests that start real servers: free now, and none that a connection of this machine may be given.

A system uses ports beside its own (WebSocket APIs 100 further, distributions 200 and more): those stay free, too.
"""

from __future__ import annotations

import os
import socket

_LOWEST, _LANES, _WIDTH = 8_000, 60, 400
"""Up to 32,000: Linux gives 32,768 and above to connections, macOS 49,152 and above."""
_BESIDE = range(0, _WIDTH, 100)


class _Lane:
    """Each process of tests has a lane of its own and goes round in it, so that no port comes again soon."""

    def __init__(self) -> None:
        self._first = _LOWEST + os.getpid() % _LANES * _WIDTH
        self._next = 0
        self._kept: set[int] = set()

    def keep(self, count: int) -> tuple[int, ...]:
        row = self.row(count)
        self._kept.update(row)
        return tuple(row)

    def row(self, count: int) -> range:
        for _ in range(100):
            start = self._first + (self._next if self._next + count <= 100 else 0)
            self._next = start + 1 - self._first
            row = range(start, start + count)
            if self._kept.isdisjoint(row) and all(is_free(port + beside) for port in row for beside in _BESIDE):
                self._next += count - 1
                return row
        raise AssertionError(f"no {count} ports in a row are free from {self._first} on")


_LANE = _Lane()


def free_row(count: int) -> range:
    """So many ports in a row, as systems of one `terrarium up` have them."""
    return _LANE.row(count)


def free_ports(count: int) -> tuple[int, ...]:
    """So many different ports, for use at once."""
    return tuple(_LANE.row(count))


def kept_ports(count: int) -> tuple[int, ...]:
    """So many different ports for the constants of a module: nobody else of this process is given them later."""
    return _LANE.keep(count)


def free_port() -> int:
    """One port; the next one is free, too, where a backend's companion takes it."""
    return _LANE.row(2)[0]


def is_free(port: int) -> bool:
    """Whether somebody could listen there; connections that are only closing do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True
