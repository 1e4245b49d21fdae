"""Serves WSGI applications with granian inside this very process, until it is told to stop.

granian's own command starts a second process for the application. A system is one process, so its worker is run
here: the listening socket is ours, the worker's threads are granian's.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Site:
    """An application and the port it is served on."""

    app: WsgiApp
    port: int


def serve(
    app: WsgiApp,
    host: str,
    port: int,
    threads: int,
    on_ready: Callable[[], None],
    *,
    drain_s: float = DRAIN_S,
    further: Sequence[Site] = (),
) -> None:
    """Serves until SIGTERM or SIGINT; then answers what is in flight, for `drain_s` seconds at most.

    `further` sites may ask `app` while they answer, so they end before it does.
    To be called in the main thread. Raises PortInUseError.
    """
    sites = (Site(app, port), *further)
    sockets = _listening_sockets(host, sites)
    with StopSignal() as stop:
        running = [_Running(site, listening, threads, stop) for site, listening in zip(sites, sockets, strict=True)]
        on_ready()
        stop.wait()
        running[0].drain.last_call()
        give_up = time.monotonic() + drain_s
        for one in running[1:]:
            one.shutdown.set()
        for one in running[1:]:
            one.end(give_up)
        running[0].shutdown.set()
        running[0].end(give_up)


class _Running:
    """A site that granian's threads answer."""

    def __init__(self, site: Site, listening: socket.socket, threads: int, stop: StopSignal) -> None:
        self._port = site.port
        self.drain, self.shutdown = Drain(stop.came), _native.WorkerSignal()
        self.shutdown.add_cb(self.drain.quiet)
        _start_worker(_callback(site.app, self.drain), listening, threads, self.shutdown)

    def end(self, give_up: float) -> None:
        """Wait until all is answered, at most until `give_up` on the monotonic clock."""
        wait_s = max(0.0, give_up - time.monotonic())
        if not self.drain.wait(wait_s):
            _log.warning("Requests on port %s were still unanswered after %.0f s", self._port, wait_s)


def _listening_sockets(host: str, sites: Sequence[Site]) -> list[socket.socket]:
    """All of them, or none."""
    opened: list[socket.socket] = []
    try:
        for site in sites:
            opened.append(listening_socket(host, site.port))
    except BaseException:
        for listening in opened:
            listening.close()
        raise
    return opened


def listening_socket(host: str, port: int) -> socket.socket:
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
