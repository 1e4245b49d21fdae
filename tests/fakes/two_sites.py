"""Two sites in a process of their own: the second asks the first, as a distribution asks its API.

Run as `python -m tests.fakes.two_sites FIRST SECOND`; prints "ready" when it serves, "asked" for each request of the
second.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

from emulator.gateway import Site, serve
from tests.fakes.free_ports import free_ports

SLOW_S = 0.7


@contextmanager
def running_sites() -> Iterator[tuple[int, int, subprocess.Popen[str]]]:
    """Both ports and the process; ends the process if the test did not."""
    first, second = free_ports(2)
    command = [sys.executable, "-m", "tests.fakes.two_sites", str(first), str(second)]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield first, second, process
        finally:
            process.terminate()


def main() -> None:
    first, second = int(sys.argv[1]), int(sys.argv[2])
    pool = urllib3.PoolManager(retries=False)

    def slow(_: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        threading.Event().wait(SLOW_S)
        start_response("200 OK", [])
        return [b"first"]

    def asks(_: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        print("asked", flush=True)
        # The stop comes about now; the first site must still be there afterwards.
        threading.Event().wait(SLOW_S)
        answer = pool.request("GET", f"http://127.0.0.1:{first}/", timeout=5)
        start_response("200 OK", [])
        return [b"second of " + answer.data]

    ready = "ready"
    serve(Site(slow, first), "127.0.0.1", 4, on_ready=lambda: print(ready, flush=True), further=[Site(asks, second)])


if __name__ == "__main__":
    main()
