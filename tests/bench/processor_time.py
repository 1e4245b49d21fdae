"""Processor time of a server: the process that listens on a port, and everything it started.

A rate tells what is left over on a busy machine; processor time for a request hardly depends on the neighbours.
"""

from __future__ import annotations

import psutil

from tests.bench.contender import UnavailableError


def listener(port: int) -> psutil.Process:
    """The process that listens on the port; of several (server and workers) the oldest."""
    owners = []
    for process in psutil.process_iter():
        try:
            sockets = process.net_connections("tcp")
        except psutil.Error:
            continue
        if any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in sockets):
            owners.append(process)
    if not owners:
        raise UnavailableError(f"no process of ours listens on port {port}")
    return min(owners, key=lambda process: float(process.create_time()))


def used_s(server: psutil.Process) -> float:
    """Seconds of processor time so far of the process and its children, those that have ended included."""
    return own_s(server) + children_s(server)


def own_s(server: psutil.Process) -> float:
    """Seconds of processor time so far of the process alone."""
    times = server.cpu_times()
    return float(times.user + times.system)


def children_s(server: psutil.Process) -> float:
    """Seconds of processor time so far of everything it started."""
    times = server.cpu_times()
    total = float(times.children_user + times.children_system)
    for process in server.children(recursive=True):
        try:
            total += own_s(process)
        except psutil.Error:
            continue
    return total
