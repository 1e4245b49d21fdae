"""Serves WSGI applications inside this very process, until it is told to stop: with granian, which is the quickest, or
verbatim (see verbatim_server.py) for those that ask how a request was written.

granian's own command starts a second process for the application. A system is one process, so its worker is run
here: the listening socket is ours, the worker's threads are granian's.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from granian import _futures, _granian
from granian.http import HTTP1Settings

from emulator.errors import PortInUseError
from emulator.gateway.drain import Drain, last_call
from emulator.gateway.stop_signal import StopSignal
from emulator.gateway.wsgi_call import WsgiApp, called

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
    """An application and the port it is served on; `verbatim`: it is told how requests were written."""

    app: WsgiApp
    port: int
    verbatim: bool = False


def serve(
    first: Site,
    host: str,
    threads: int,
    on_ready: Callable[[], None],
    *,
    drain_s: float = DRAIN_S,
    further: Sequence[Site] = (),
) -> None:
    """Serves until SIGTERM or SIGINT; then answers what is in flight, for `drain_s` seconds at most.

    `further` sites may ask the first while they answer, so they end before it does.
    To be called in the main thread. Raises PortInUseError.
    """
    sites = (first, *further)
    sockets = _listening_sockets(host, sites)
    with StopSignal() as stop:
        servers = [_server(site, listening, threads, stop) for site, listening in zip(sites, sockets, strict=True)]
        on_ready()
        stop.wait()
        last_call()
        give_up = time.monotonic() + drain_s
        _end(sites[1:], servers[1:], give_up)
        _end(sites[:1], servers[:1], give_up)


class _Server(Protocol):
    def stop(self) -> None:
        """Accept nobody any more; what is in hand is still answered."""

    def end(self, give_up: float) -> bool:
        """Wait until all is answered, at most until `give_up` on the monotonic clock; False when it was not."""


def _server(site: Site, listening: socket.socket, threads: int, stop: StopSignal) -> _Server:
    if not site.verbatim:
        return _GranianServer(site.app, listening, threads, stop)
    # uvicorn costs 7 MB of memory that other systems keep.
    from emulator.gateway.verbatim_server import VerbatimServer

    return VerbatimServer(site.app, listening, threads)


def _end(sites: Sequence[Site], servers: Sequence[_Server], give_up: float) -> None:
    for server in servers:
        server.stop()
    for site, server in zip(sites, servers, strict=True):
        if not server.end(give_up):
            _log.warning("Requests on port %s were still unanswered when their time was over", site.port)


class _GranianServer:
    """A site that granian's threads answer."""

    def __init__(self, app: WsgiApp, listening: socket.socket, threads: int, stop: StopSignal) -> None:
        self._drain, self._shutdown = Drain(stop.came), _native.WorkerSignal()
        self._shutdown.add_cb(self._drain.quiet)
        _start_worker(_callback(app, self._drain), listening, threads, self._shutdown)

    def stop(self) -> None:
        self._shutdown.set()

    def end(self, give_up: float) -> bool:
        return self._drain.wait(max(0.0, give_up - time.monotonic()))


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
