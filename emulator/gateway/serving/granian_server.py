"""Serves a WSGI application with granian inside this very process.

granian's own command starts a second process for the application. A system is one process, so its worker is run
here: the listening socket is ours, the worker's threads are granian's.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from granian import _futures, _granian
from granian.http import HTTP1Settings

from emulator.gateway.serving.drain import Drain
from emulator.gateway.serving.listening import BACKLOG
from emulator.gateway.serving.wsgi_call import WsgiApp, called

GranianCallback = Callable[[Any, dict[str, Any]], int]

_IDLE_THREAD_S = 60
_NO_TLS: tuple[object, ...] = (False, None, None, None, "tls1.3", None, [], False)

# granian publishes types of an older version of these.
_native: Any = _granian
_scheduling: Any = _futures


class GranianServer:
    """One application on one port; serves from the beginning, in granian's threads."""

    def __init__(self, app: WsgiApp, listening: socket.socket, threads: int, stopping: threading.Event) -> None:
        """`threads`: so many requests are answered at a time; `stopping` is set before `stop` is called."""
        self._drain, self._shutdown = Drain(stopping), _native.WorkerSignal()
        self._shutdown.add_cb(self._drain.quiet)
        _start_worker(_callback(app, self._drain), listening, threads, self._shutdown)

    def stop(self) -> None:
        """Accept nobody any more; what is in hand is still answered."""
        self._shutdown.set()

    def end(self, give_up: float) -> bool:
        """Wait until all is answered, at most until `give_up` on the monotonic clock."""
        return self._drain.wait(max(0.0, give_up - time.monotonic()))


def _start_worker(callback: GranianCallback, listening: socket.socket, threads: int, shutdown: Any) -> None:
    """Starts granian's threads and returns; they answer until `shutdown` is set, and then call it back when quiet."""
    worker = _native.WSGIWorker(
        1,
        (None, _native.SocketHolder(listening.detach(), False, BACKLOG)),
        None,
        1,
        4,
        threads,
        _IDLE_THREAD_S,
        BACKLOG,
        "1",
        HTTP1Settings(),
        None,
        None,
        *_NO_TLS,
        (None, None),
    )
    # A WSGI worker wants an event loop and never runs it.
    loop = asyncio.new_event_loop()
    worker.serve_mtr(_scheduling._new_cbscheduler(loop, callback, impl_asyncio=True), loop, shutdown)


def _callback(app: WsgiApp, drain: Drain) -> GranianCallback:
    """What granian calls for each request."""

    def respond(protocol: Any, scope: dict[str, Any]) -> int:
        drain.begin()
        try:
            answer = called(app, scope)
            headers = [(name, _on_the_wire(value)) for name, value in answer.headers]
            if drain.stopping.is_set():
                headers.append(("connection", "close"))
            protocol.response_bytes(answer.status, headers, answer.body)
        finally:
            drain.end()
        return answer.status

    return respond


def _on_the_wire(value: str) -> str:
    """A header's value for granian, which writes UTF-8 where WSGI has one character per byte."""
    return value if value.isascii() else value.encode("latin-1", "replace").decode("utf-8", "replace")
