"""Web pages of this machine that run a script in the browser and tell what became of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.browser.devtools import Window

_PAGE = b'<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>A page</title>'


@dataclass(frozen=True)
class Site:
    """An empty page at `origin`."""

    origin: str

    def visit(self, window: Window, script: str) -> Any:
        """What the script, the body of an async function, returned in the browser, or the text of what it threw."""
        window.visit(f"{self.origin}/")
        return window.run(f"(async () => {{ {script} }})().catch(error => ({{thrown: String(error)}}))")


@contextmanager
def site() -> Iterator[Site]:
    """On a free port of 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_address[1]}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(_PAGE)))
        self.end_headers()
        self.wfile.write(_PAGE)

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""
