"""Ports for tests that start real servers: free now, and from a range that nothing else of ours uses."""

from __future__ import annotations

import random

from emulator.supervisor.machine import port_is_free

RANGE = range(4250, 4300)


def free_ports(count: int) -> tuple[int, ...]:
    """So many different ports; several test runs on one machine rarely choose the same."""
    shuffled = random.sample(RANGE, len(RANGE))
    return tuple([port for port in shuffled if port_is_free(port)][:count])
