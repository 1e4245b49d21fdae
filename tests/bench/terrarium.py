"""Terrarium as a contender, driven like a person would: `terrarium up`, `status --json`, `down`, `reset`, and HTTP.

Runs a copy of tests/bench/app (so that a section may edit its files) or systems of the project, on ports and a state
folder of the benchmark's own: what else runs on this machine is left alone.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.contender import (
    APP,
    EXPECTED_BODY,
    EXPECTED_REST_BODY,
    PORT_TERRARIUM,
    ROOT,
    WORK,
    Door,
    UnavailableError,
)
from tests.bench.http_wire import Target, target
from tests.bench.processes import ask, run

STATE = WORK / "state"
COPY = WORK / "app"
PORT_CONSOLE, PORT_BACKEND = PORT_TERRARIUM + 8, PORT_TERRARIUM + 9
UP_TIMEOUT_S = 300.0
INIT_DURATION = re.compile(rb"Init Duration: ([\d.]+) ms")


@dataclass(frozen=True, slots=True)
class Invoked:
    """One call of the Invoke API: its answer, how long it took seen from here, and what the REPORT line says."""

    payload: Any
    seconds: float
    init_ms: float | None


class Terrarium:
    """`terrarium up` of the benchmark's application, or of what `arguments` name."""

    name = "terrarium"

    def __init__(self, arguments: Sequence[str] | None = None, *, with_rest: bool = False) -> None:
        """`with_rest`: a second system has the function behind a REST API."""
        self._arguments = arguments
        self._with_rest = with_rest

    def start(self) -> Mapping[Door, Target]:
        self.up()
        url, invoke_url = self.url(), self.functions()["bench-hello"]
        doors: dict[Door, Target] = {
            "http": target(f"{url}/hello"),
            "invoke": target(invoke_url, body=(APP / "event.json").read_bytes()),
        }
        answer = ask(doors["http"])
        if answer != EXPECTED_BODY:
            raise UnavailableError(f"answered {answer[:120]!r} to GET /hello")
        if self._with_rest:
            doors["rest"] = self._rest()
        return doors

    def _rest(self) -> Target:
        url, *_ = self.status()["stacks"][1]["http"].values()
        door = target(f"{url}/hello")
        if (answer := ask(door)) != EXPECTED_REST_BODY:
            raise UnavailableError(f"answered {answer[:120]!r} to GET /hello of a REST API")
        return door

    def stop(self) -> None:
        command("down")

    def up(self) -> None:
        """Start and wait until all is healthy."""
        command("down")
        arguments = self._arguments
        if arguments is None:
            shutil.rmtree(COPY, ignore_errors=True)
            shutil.copytree(APP, COPY, ignore=shutil.ignore_patterns("__pycache__"))
            arguments = [str(COPY / name) for name in ("template.yaml", *(["rest.yaml"] if self._with_rest else []))]
        command("up", "--detach", "--port-base", str(PORT_TERRARIUM), *arguments)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(command("status", "--json"))
        return found

    def stack(self) -> dict[str, Any]:
        """The first stack of the status."""
        found: dict[str, Any] = self.status()["stacks"][0]
        return found

    def url(self) -> str:
        """Base URL of the first HTTP API."""
        return str(next(iter(self.stack()["http"].values()))).rstrip("/")

    def functions(self) -> dict[str, str]:
        """Physical name → URL of its Invoke API."""
        return {str(one["name"]): str(one["invoke_url"]) for one in self.stack()["functions"].values()}


@contextmanager
def running(terrarium: Terrarium) -> Iterator[Terrarium]:
    """Up for the time of the block, down afterwards whatever happens."""
    try:
        terrarium.up()
        yield terrarium
    finally:
        terrarium.stop()


def command(*arguments: str) -> str:
    """Output of one `terrarium` command on the benchmark's state; UnavailableError when it fails."""
    program = Path(sys.executable).parent / "terrarium"
    return run([str(program), *arguments], cwd=ROOT, timeout_s=UP_TIMEOUT_S, env=environment())


def environment() -> dict[str, str]:
    """This process's environment with none of its settings but the benchmark's own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TERRARIUM_")}
    return {
        **inherited,
        "TERRARIUM_STATE": str(STATE),
        "TERRARIUM_PORT_BASE": str(PORT_TERRARIUM),
        "TERRARIUM_CONSOLE_PORT": str(PORT_CONSOLE),
        "TERRARIUM_BACKEND_PORT": str(PORT_BACKEND),
    }


def invoke(url: str, event: object) -> Invoked:
    """Call the Invoke API once on a connection of its own, asking for the tail of the log."""
    door = target(url)
    path = door.request.split(b" ", 2)[1].decode()
    connection = http.client.HTTPConnection(door.host, door.port, timeout=60)
    start = time.perf_counter()
    try:
        connection.request("POST", path, body=json.dumps(event), headers={"X-Amz-Log-Type": "Tail"})
        answer = connection.getresponse()
        body, tail = answer.read(), answer.getheader("X-Amz-Log-Result") or ""
    except (OSError, http.client.HTTPException) as error:
        raise UnavailableError(f"the Invoke API failed: {error}") from None
    finally:
        connection.close()
    seconds = time.perf_counter() - start
    if answer.status != 200 or answer.getheader("X-Amz-Function-Error"):
        raise UnavailableError(f"the Invoke API answered {answer.status}: {body[:120]!r}")
    report = INIT_DURATION.search(base64.b64decode(tail))
    return Invoked(json.loads(body), seconds, float(report[1]) if report else None)
