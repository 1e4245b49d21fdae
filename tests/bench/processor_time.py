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
    """Seconds of processor time so far, children that have ended included."""
    total = 0.0
    for process in (server, *server.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
        if process == server:
            total += times.children_user + times.children_system
    return total
