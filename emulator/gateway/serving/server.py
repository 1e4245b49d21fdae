"""Serves WSGI applications inside this very process until it is told to stop: by granian, which is the quickest, or
verbatim for those that ask how a request was written."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from emulator.gateway.limits import BODY_LIMIT_BYTES
from emulator.gateway.serving.listening import listening_socket
from emulator.gateway.serving.stop_signal import StopSignal
from emulator.gateway.serving.wsgi_call import WsgiApp

DRAIN_S = 35.0
"""A request in flight has the 30 s of an HTTP API, and a little more, to be answered."""
LAST_CALL_S = 0.1
"""How long a connection that was accepted before the end has to ask its question."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Site:
    """An application and the port it is served on.

    verbatim: it is told how requests were written; of a body it then gets one byte more than the limit at most.
    """

    app: WsgiApp
    port: int
    verbatim: bool = False
    body_limit_bytes: int = BODY_LIMIT_BYTES


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
        servers = [_server(site, listening, threads, stop.came) for site, listening in zip(sites, sockets, strict=True)]
        on_ready()
        stop.wait()
        # A connection on which nothing came yet is closed, so those who are about to ask are waited for.
        threading.Event().wait(LAST_CALL_S)
        give_up = time.monotonic() + drain_s
        _end(sites[1:], servers[1:], give_up)
        _end(sites[:1], servers[:1], give_up)


class _Server(Protocol):
    def stop(self) -> None:
        """Accept nobody any more; what is in hand is still answered."""

    def end(self, give_up: float) -> bool:
        """Wait until all is answered, at most until `give_up` on the monotonic clock; False when it was not."""


def _server(site: Site, listening: socket.socket, threads: int, stopping: threading.Event) -> _Server:
    """Only what serves something is loaded: each costs memory and time."""
    if site.verbatim:
        from emulator.gateway.serving.verbatim_server import VerbatimServer

        return VerbatimServer(site.app, listening, threads, site.body_limit_bytes)
    from emulator.gateway.serving.granian_server import GranianServer

    return GranianServer(site.app, listening, threads, stopping)


def _end(sites: Sequence[Site], servers: Sequence[_Server], give_up: float) -> None:
    for server in servers:
        server.stop()
    for site, server in zip(sites, servers, strict=True):
        if not server.end(give_up):
            _log.warning("Requests on port %s were still unanswered when their time was over", site.port)


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
