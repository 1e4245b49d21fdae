"""A gateway in a process of its own, on a real port, with functions that are Python functions.

Run as `python -m tests.fakes.gateway_process PORT granian|verbatim`; prints "ready" when it serves.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emulator.clock import SystemClock
from emulator.gateway import Site, create_app, serve
from emulator.model import Authorizer, Cors, Route, Stack
from tests.fakes.free_ports import free_ports
from tests.fakes.http_apis import FakeAsyncInvoker, api
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import function

SLOW_S = 1.0


@contextmanager
def running_gateway(server: str = "granian", **environment: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The port and the process; ends the process if the test did not."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "tests.fakes.gateway_process", str(port), server]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield port, process
        finally:
            process.terminate()


def answer(event: Any) -> Any:
    """/slow takes its time, /unicode answers in Greek, everything else tells the event."""
    path = event.get("rawPath", "") if isinstance(event, dict) else ""
    if path == "/slow":
        threading.Event().wait(SLOW_S)
    if path == "/unicode":
        return {"statusCode": 200, "headers": {"x-greek": "λ"}, "body": "λ"}
    if isinstance(event, dict) and event.get("type") == "REQUEST":
        return {"isAuthorized": True}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": "{}"} if path else event


def main() -> None:
    port = int(sys.argv[1])
    guarded = Route("GET", "/guarded/{id}", "Worker", authorizer="Guard")
    routes = (guarded, Route("GET", "/links/{code}", "Worker"), Route("ANY", "$default", "Worker", "2.0"))
    guard = Authorizer("Guard", "lambda", ("$request.header.Authorization",), function="Guard", simple_responses=True)
    here = api(
        *routes, cors=Cors(allow_origins=("*",)), authorizers={"Guard": guard}, access_log_format="$context.path"
    )
    functions = {"Worker": function(name="worker"), "Guard": function("Guard")}
    stack = Stack("demo", Path("template.yaml"), "us-east-1", "000000000000", functions, http_apis={"Api": here})
    app = create_app(
        stack,
        ScriptedInvoker(answer),
        FakeAsyncInvoker(),
        SystemClock(),
        status=lambda: {"healthy": True},
        access_log=lambda _api, _line: None,
        port=port,
        public_host="127.0.0.1",
    )
    site = Site(app, port, verbatim=sys.argv[2] == "verbatim")
    serve(site, "127.0.0.1", 8, on_ready=lambda: print("ready", flush=True))


if __name__ == "__main__":
    main()
