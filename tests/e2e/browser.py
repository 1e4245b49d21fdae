"""A page in a real headless Chromium: served from this machine, run there, its findings told back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.fakes.waiting import wait_for

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
PATIENCE_S = 60.0


def chromium() -> str | None:
    """The program, None where there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


@dataclass
class Site:
    """Serves one page at `origin`; `told` is what the page posted to /told."""

    origin: str
    page: str = ""
    told: list[Any] = field(default_factory=list)

    def visit(self, script: str, folder: Path) -> Any:
        """What the script, the body of an async function, returned in the browser, or the text of what it threw."""
        self.page = _PAGE.replace("SCRIPT", script)
        self.told.clear()
        program = chromium()
        assert program is not None
        command = [program, *_OPTIONS, f"--user-data-dir={folder}", f"{self.origin}/"]
        with (folder / "chromium.log").open("wb") as log:
            running = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            assert wait_for(lambda: self.told, within_s=PATIENCE_S), (folder / "chromium.log").read_text()[-2000:]
        finally:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        return self.told[0]


@contextmanager
def site() -> Iterator[Site]:
    """On a free port of 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    serving = Site(f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = partial(_Handler, serving)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield serving
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *arguments: Any) -> None:
        self._site = site
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._answer(200 if self.path == "/" else 404, self._site.page if self.path == "/" else "")

    def do_POST(self) -> None:
        self._site.told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self._answer(200, "")

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


_PAGE = """<!doctype html><meta charset="utf-8"><script>
(async () => { SCRIPT })().catch(error => ({thrown: String(error)}))
  .then(told => fetch("/told", {method: "POST", body: JSON.stringify(told)}));
</script>"""
