"""Small HTTP APIs to send requests to, and the requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flask
from werkzeug.test import Client

from emulator.errors import BackendUnavailableError
from emulator.gateway import create_app
from emulator.model import Function, HttpApi, Place, Route, Schedule, Stack
from emulator.payloads.api_call import ApiCall
from emulator.payloads.http_message import HttpRequest
from tests.fakes.moved_clock import MovedClock
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import function

PLACE = Place("template.yaml", 1)
PORT = 3001


def request(method: str = "GET", path: str = "/", *, query: str = "", body: bytes = b"", **values: Any) -> HttpRequest:
    """A request of curl's; `headers` are pairs, lower-case."""
    fields: dict[str, Any] = {
        "headers": (("host", "127.0.0.1:3001"), ("user-agent", "curl/8.7.1"), ("accept", "*/*")),
        "source_ip": "127.0.0.1",
        "protocol": "HTTP/1.1",
        "scheme": "http",
        "port": PORT,
        "request_id": "ATfSmjLgPHcESJw=",
        "trace_id": "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0",
        "received_s": 1_583_348_638.390,
        **values,
    }
    return HttpRequest(method, path, query, body=body, **fields)


def written(*headers: tuple[str, str]) -> dict[str, Any]:
    """What a request has of headers whose names are known as they were sent."""
    return {
        "headers": tuple((name.lower(), value) for name, value in headers),
        "names": {name.lower(): name for name, _ in headers},
    }


def api(*routes: Route, **values: Any) -> HttpApi:
    return HttpApi("Api", "abc123def4", "demo", PLACE, routes=routes, **values)


def call(asked: HttpRequest | None = None, route: Route | None = None, **values: Any) -> ApiCall:
    """A request that has found its route."""
    asked = asked or request()
    route = route or Route("GET", "/", "Worker")
    fields: dict[str, Any] = {"path": asked.path, "path_parameters": {}, **values}
    here = fields.pop("api", api(route))
    return ApiCall(here, "us-east-1", "123456789012", asked, route, **fields)


class FakeAsyncInvoker:
    """Keeps what is submitted; `down` makes it refuse."""

    def __init__(self) -> None:
        self.submitted: list[tuple[Function, bytes, str, str]] = []
        self.down = False

    def submit(self, function: Function, payload: bytes, request_id: str, trace_id: str) -> None:
        if self.down:
            raise BackendUnavailableError("The backend does not answer")
        self.submitted.append((function, payload, request_id, trace_id))


class FakeSchedules:
    """One schedule, Nightly, that remembers how often it was fired; `down` stands for a backend that is away."""

    def __init__(self) -> None:
        self.nightly = Schedule("Nightly", "demo-Nightly", "rule", "cron(0 3 * * ? *)", "arn:target", PLACE)
        self.fired = 0
        self.down = False

    def upcoming(self) -> list[tuple[Schedule, float | None]]:
        return [(self.nightly, 1_700_017_200.0)]

    def trigger(self, name: str) -> list[Schedule]:
        if name not in ("Nightly", "demo-Nightly"):
            return []
        if self.down:
            raise BackendUnavailableError("The backend does not answer")
        self.fired += 1
        return [self.nightly]


@dataclass
class FakeSystem:
    """A whole gateway on fakes. The functions of a stack are `worker` and `guard` (an authorizer)."""

    apis: dict[str, HttpApi]
    invoker: ScriptedInvoker = field(default_factory=ScriptedInvoker)
    async_invoker: FakeAsyncInvoker = field(default_factory=FakeAsyncInvoker)
    clock: MovedClock = field(default_factory=MovedClock)
    schedules: FakeSchedules = field(default_factory=FakeSchedules)
    log_lines: list[str] = field(default_factory=list)
    worker: Function = field(default_factory=function)
    guard: Function = field(default_factory=lambda: function("Guard"))

    def __post_init__(self) -> None:
        self.stack = Stack(
            "demo",
            Path("template.yaml"),
            "us-east-1",
            "000000000000",
            {"Worker": self.worker, "Guard": self.guard},
            http_apis=self.apis,
        )
        self.app = self._created()

    def client(self) -> Client:
        """Speaks WSGI to the application, through no socket."""
        return self.app.test_client()

    def _created(self) -> flask.Flask:
        return create_app(
            self.stack,
            self.invoker,
            self.async_invoker,
            self.clock,
            status=lambda: {"healthy": True},
            access_log=lambda _api, line: self.log_lines.append(line),
            port=PORT,
            public_host="127.0.0.1",
            further_hosts=["shortener"],
            schedules=self.schedules,
        )


def system(*routes: Route, answer: Any = None, **values: Any) -> FakeSystem:
    """A system with one API; its function answers `answer`, or by `answer(event)`."""
    handler = answer if callable(answer) else lambda event: answer
    extras = {name: values.pop(name) for name in ("worker", "guard", "clock") if name in values}
    return FakeSystem({"Api": api(*routes, **values)}, invoker=ScriptedInvoker(handler), **extras)
