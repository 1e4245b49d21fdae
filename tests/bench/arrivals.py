"""An open-loop load: requests fall due at a fixed rate whatever the server does, from many kept-alive connections.

Users take turns; latency counts from the moment a request was due, so that a server that stalls cannot hide the
requests that waited meanwhile (no coordinated omission).
"""

from __future__ import annotations

import select
import socket
import time
from array import array
from collections import Counter, deque
from collections.abc import Sequence

from tests.bench.http_wire import Target, answer_length, status_of
from tests.bench.load import ANSWER_TIMEOUT_S, Load, connect, quiet_collector, receive, summary


def open_loop(targets: Sequence[Target], *, users: int, rate: float, requests: int) -> Load:
    """`requests` requests at `rate` per second, dealt in turn to `users` connections; targets are taken in turn too.

    All targets must be of one server. Stops a minute after the last was due; what is unanswered then is status 0.
    """
    loop = _Arrivals(targets, users)
    try:
        with quiet_collector():
            cpu, start = time.process_time(), time.perf_counter()
            loop.run(start, rate, requests)
            elapsed, cpu = time.perf_counter() - start, time.process_time() - cpu
    finally:
        loop.close()
    return summary(loop.latencies, loop.statuses, wanted=targets[0].status, seconds=elapsed, cpu_s=cpu)


class _Arrivals:
    """The connections of one run. A user whose last answer is still out queues the next request on its connection."""

    def __init__(self, targets: Sequence[Target], users: int) -> None:
        self.latencies, self.statuses = array("d"), Counter[int]()
        self._requests, self._server = [target.request for target in targets], targets[0]
        self._poller = select.epoll()
        self._users: list[socket.socket] = []
        self._user_of: dict[int, int] = {}
        self._partial = [b""] * users
        self._due: list[deque[float]] = [deque() for _ in range(users)]
        self._sent = 0
        for user in range(users):
            self._users.append(connect(self._server))
            self._watch(user)

    def run(self, start: float, rate: float, requests: int) -> None:
        users, interval, issued = len(self._users), 1.0 / rate, 0
        deadline = start + requests * interval + ANSWER_TIMEOUT_S
        while sum_done(self.statuses) < requests:
            now = time.perf_counter()
            if now > deadline:
                break
            while issued < requests and start + issued * interval <= now:
                self._arrive(issued % users, start + issued * interval)
                issued += 1
            next_due = start + issued * interval if issued < requests else now + 0.1
            for number, _event in self._poller.poll(max(0.0, next_due - time.perf_counter())):
                self._read(self._user_of[number])
        self.statuses[0] += requests - sum_done(self.statuses)

    def close(self) -> None:
        self._poller.close()
        for connection in self._users:
            connection.close()

    def _arrive(self, user: int, due: float) -> None:
        queue = self._due[user]
        queue.append(due)
        if len(queue) == 1:
            self._send(user)

    def _send(self, user: int) -> None:
        request = self._requests[self._sent % len(self._requests)]
        self._sent += 1
        try:
            self._users[user].sendall(request)
        except OSError:
            self._lost(user)

    def _read(self, user: int) -> None:
        chunk = receive(self._users[user])
        if not chunk:
            self._lost(user)
            return
        buffer = self._partial[user] + chunk
        if answer_length(buffer) is None:
            self._partial[user] = buffer
            return
        self._partial[user] = b""
        self.statuses[status_of(buffer)] += 1
        self.latencies.append(time.perf_counter() - self._due[user].popleft())
        if self._due[user]:
            self._send(user)

    def _lost(self, user: int) -> None:
        """The server closed: the request in flight failed (none, when it was idle); the user connects anew."""
        self._poller.unregister(self._users[user].fileno())
        del self._user_of[self._users[user].fileno()]
        self._users[user].close()
        self._users[user], self._partial[user] = connect(self._server), b""
        self._watch(user)
        if self._due[user]:
            self._due[user].popleft()
            self.statuses[0] += 1
        if self._due[user]:
            self._send(user)

    def _watch(self, user: int) -> None:
        number = self._users[user].fileno()
        self._user_of[number] = user
        self._poller.register(number, select.EPOLLIN)


def sum_done(statuses: Counter[int]) -> int:
    """Requests that are over, whatever became of them."""
    return sum(statuses.values())
