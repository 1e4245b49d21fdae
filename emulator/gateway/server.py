"""Serves a WSGI application with granian inside this very process, until it is told to stop.

granian's own command starts a second process for the application. A system is one process, so its worker is run
here: the listening socket is ours, the worker's threads are granian's.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
from collections.abc import Callable, Iterable
from typing import Any

from granian import _futures, _granian
from granian.http import HTTP1Settings

from emulator.errors import PortInUseError
from emulator.gateway.drain import Drain
from emulator.gateway.stop_signal import StopSignal

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
GranianCallback = Callable[[Any, dict[str, Any]], int]

BACKLOG = 4_096
DRAIN_S = 35.0
"""A request in flight has the 30 s of an HTTP API, and a little more, to be answered."""
_IDLE_THREAD_S = 60
_NO_TLS: tuple[object, ...] = (False, None, None, None, "tls1.3", None, [], False)

# granian publishes types of an older version of these.
_native: Any = _granian
_scheduling: Any = _futures

_log = logging.getLogger(__name__)


def serve(
    app: WsgiApp, host: str, port: int, threads: int, on_ready: Callable[[], None], *, drain_s: float = DRAIN_S
) -> None:
    """Serves until SIGTERM or SIGINT; then answers what is in flight, for `drain_s` seconds at most.

    To be called in the main thread. Raises PortInUseError.
    """
    listening = _listening_socket(host, port)
    with StopSignal() as stop:
        drain, shutdown = Drain(stop.came), _native.WorkerSignal()
        shutdown.add_cb(drain.quiet)
        _start_worker(_callback(app, drain), listening, threads, shutdown)
        on_ready()
        stop.wait()
        drain.last_call()
        shutdown.set()
        if not drain.wait(drain_s):
            _log.warning("Requests on port %s were still unanswered after %.0f s", port, drain_s)


def _listening_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(
                f"Port {port} is taken",
                where=host,
                found="another process listening there",
                fix="Stop it, or choose another port with --port-base or TERRARIUM_PORT_BASE.",
            ) from error
        raise
    listening.setblocking(False)
    return listening


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
    """What granian calls for each request.

    granian's own adds the process's environment to every request's, where a variable called HTTP_PROXY would reach
    the functions as a header.
    """
    constant = {
        "GATEWAY_INTERFACE": "CGI/1.1",
        "SCRIPT_NAME": "",
        "SERVER_SOFTWARE": "Terrarium",
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multiprocess": False,
        "wsgi.multithread": True,
        "wsgi.run_once": False,
        "wsgi.version": (1, 0),
    }

    def respond(protocol: Any, scope: dict[str, Any]) -> int:
        begun = _Begun()
        drain.begin()
        try:
            body = b"".join(app(constant | scope, begun))
            headers = [(name, _on_the_wire(value)) for name, value in begun.headers]
            if drain.stopping.is_set():
                headers.append(("connection", "close"))
            protocol.response_bytes(begun.status, headers, body)
        finally:
            drain.end()
        return begun.status

    return respond


def _on_the_wire(value: str) -> str:
    """A header's value for granian, which writes UTF-8 where WSGI has one character per byte."""
    return value if value.isascii() else value.encode("latin-1", "replace").decode("utf-8", "replace")


class _Begun:
    """WSGI's start_response; keeps what it is told."""

    __slots__ = ("headers", "status")

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[str, str]] = []

    def __call__(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        self.status = int(status[:3])
        self.headers = headers
