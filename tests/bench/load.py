"""A closed-loop load generator: each connection sends its next request when its last answer is complete.

One thread, blocking for one connection, epoll for several, requests built beforehand: about ten microseconds of
processor a request, because generator and server share the same two cores. Its own cost is part of every result.
"""

from __future__ import annotations

import gc
import select
import socket
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.http_wire import Target, answer_length, status_of

ANSWER_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Load:
    """What a run measured. `generator_us` is processor time of the generator for one request, in microseconds."""

    requests: int
    succeeded: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    generator_us: float
    statuses: dict[int, int]

    @property
    def rate(self) -> float:
        """Successful requests per second."""
        return self.succeeded / self.seconds if self.seconds else 0.0

    @property
    def success_percent(self) -> float:
        return 100.0 * self.succeeded / self.requests if self.requests else 0.0


def closed_loop(target: Target, *, connections: int, seconds: float) -> Load:
    """Load `target` for so long. An answer of another status, or a lost connection, counts as a failure."""
    run = _one_connection if connections == 1 else _several_connections
    latencies, statuses = array("d"), Counter[int]()
    with quiet_collector():
        cpu, start = time.process_time(), time.perf_counter()
        run(target, connections, start + seconds, latencies, statuses)
        elapsed, cpu = time.perf_counter() - start, time.process_time() - cpu
    return summary(latencies, statuses, wanted=target.status, seconds=elapsed, cpu_s=cpu)


def summary(latencies: Sequence[float], statuses: Counter[int], *, wanted: int, seconds: float, cpu_s: float) -> Load:
    """Latencies in seconds, in any order; status 0 stands for a lost connection and has no latency."""
    ordered, sent = sorted(latencies), sum(statuses.values())
    return Load(
        requests=sent,
        succeeded=statuses[wanted],
        seconds=seconds,
        p50_ms=percentile(ordered, 50),
        p95_ms=percentile(ordered, 95),
        p99_ms=percentile(ordered, 99),
        max_ms=percentile(ordered, 100),
        generator_us=cpu_s * 1e6 / max(1, sent),
        statuses=dict(statuses),
    )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Nearest-rank percentile of ascending seconds, in milliseconds; not a number when there are none."""
    if not ordered:
        return float("nan")
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1] * 1000.0


def connect(target: Target) -> socket.socket:
    """A connection that sends at once what it is given."""
    connection = socket.create_connection((target.host, target.port), timeout=ANSWER_TIMEOUT_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def receive(connection: socket.socket) -> bytes:
    """What has come; empty when the server closed or cut the connection."""
    try:
        return connection.recv(65_536)
    except ConnectionError:
        return b""


@contextmanager
def quiet_collector() -> Iterator[None]:
    """No garbage collection of ours inside the measured time."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _one_connection(
    target: Target, _connections: int, until: float, latencies: array[float], statuses: Counter[int]
) -> None:
    connection, request, now = connect(target), target.request, time.perf_counter
    sent = now()
    try:
        while sent < until:
            connection.sendall(request)
            buffer = receive(connection)
            while buffer and answer_length(buffer) is None:
                more = receive(connection)
                buffer = buffer + more if more else b""
            done = now()
            if buffer:
                latencies.append(done - sent)
                statuses[status_of(buffer)] += 1
            else:
                statuses[0] += 1
                connection.close()
                connection = connect(target)
            sent = done
    finally:
        connection.close()


def _several_connections(
    target: Target, connections: int, until: float, latencies: array[float], statuses: Counter[int]
) -> None:
    poller, now, request = select.epoll(), time.perf_counter, target.request
    by_number: dict[int, socket.socket] = {}
    sent_at: dict[int, float] = {}
    partial: dict[int, bytes] = {}

    def begin(connection: socket.socket) -> None:
        number = connection.fileno()
        by_number[number], partial[number] = connection, b""
        poller.register(number, select.EPOLLIN)
        sent_at[number] = now()
        connection.sendall(request)

    for _ in range(connections):
        begin(connect(target))
    try:
        while (clock := now()) < until:
            for number, _event in poller.poll(until - clock):
                chunk = receive(by_number[number])
                if not chunk:
                    statuses[0] += 1
                    poller.unregister(number)
                    by_number.pop(number).close()
                    begin(connect(target))
                    continue
                buffer = partial[number] + chunk
                if answer_length(buffer) is None:
                    partial[number] = buffer
                    continue
                done = now()
                latencies.append(done - sent_at[number])
                statuses[status_of(buffer)] += 1
                partial[number], sent_at[number] = b"", done
                by_number[number].sendall(request)
    finally:
        poller.close()
        for connection in by_number.values():
            connection.close()
