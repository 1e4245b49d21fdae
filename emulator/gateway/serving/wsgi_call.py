"""Calls a WSGI application that answers all at once, whichever server took the request."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_CONSTANT = {
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


@dataclass(frozen=True, slots=True)
class Answer:
    """Header values have one character per byte."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def called(app: WsgiApp, environ: dict[str, Any]) -> Answer:
    """`environ`: what is particular to this request. Nothing of the process's environment is added to it: there a
    variable called HTTP_PROXY would be a header."""
    begun = _Begun()
    body = b"".join(app(_CONSTANT | environ, begun))
    return Answer(begun.status, begun.headers, body)


class _Begun:
    """WSGI's start_response; keeps what it is told."""

    __slots__ = ("headers", "status")

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[str, str]] = []

    def __call__(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        self.status = int(status[:3])
        self.headers = headers
