"""Small REST APIs to send requests to, and their calls."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.gateway.firewall_port import FirewallPort
from emulator.gateway.request_ids import Ids
from emulator.gateway.rest.door import RestDoors
from emulator.gateway.surroundings import Surroundings
from emulator.model import IntegrationResponse, RestApi, RestIntegration, RestMethod, Stack
from emulator.payloads.http_message import HttpRequest, HttpResponse
from emulator.payloads.rest_call import RestCall
from tests.fakes.http_apis import PLACE, FakeAsyncInvoker, request
from tests.fakes.moved_clock import MovedClock
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import function

PROXY = RestIntegration("aws_proxy", function="Worker")
PREFLIGHT = RestIntegration(
    "mock",
    request_templates={"application/json": '{"statusCode": 200}'},
    responses=(IntegrationResponse(200, parameters={"method.response.header.Access-Control-Allow-Origin": "'*'"}),),
)


def method(verb: str = "GET", path: str = "/", integration: RestIntegration = PROXY, **values: Any) -> RestMethod:
    return RestMethod(verb, path, "res123", integration, **values)


def rest_api(*methods: RestMethod, **values: Any) -> RestApi:
    """An API at the stage Prod."""
    fields: dict[str, Any] = {"stage": "Prod", "deployment_id": "dep456", **values}
    return RestApi("Api", "abc123def4", "demo", PLACE, methods=methods, **fields)


def rest_call(asked: HttpRequest | None = None, one: RestMethod | None = None, **values: Any) -> RestCall:
    """A request that has found its method."""
    one = one or method()
    here = values.pop("api", rest_api(one))
    asked = asked or request(path=f"/{here.stage}")
    path = asked.path.removeprefix(f"/{here.stage}") or "/"
    fields: dict[str, Any] = {"path": path, "extended_request_id": "ATfSmjLgPHcESJw=", "method": one, **values}
    return RestCall(here, "us-east-1", "123456789012", asked, **fields)


@dataclass
class RestSystem:
    """One REST API on fakes; its function answers `answer`, or by `answer(event)`."""

    api: RestApi
    invoker: ScriptedInvoker = field(default_factory=ScriptedInvoker)
    async_invoker: FakeAsyncInvoker = field(default_factory=FakeAsyncInvoker)
    clock: MovedClock = field(default_factory=MovedClock)
    firewall: FirewallPort | None = None
    timeout_s: int = 3
    log_lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        worker, guard = function(timeout_s=self.timeout_s), function("Guard")
        functions = {"Worker": worker, "Guard": guard}
        stack = Stack("demo", Path("template.yaml"), "us-east-1", "123456789012", functions)
        shared = Surroundings(
            stack,
            self.invoker,
            self.async_invoker,
            self.clock,
            Ids(invocation=lambda: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"),
            lambda _api, line: self.log_lines.append(line),
            {},
            lambda _api: self.firewall,
            {"test": "secret"},
        )
        self.endpoint = RestDoors(shared).door(self.api)

    def ask(self, verb: str = "GET", path: str = "/Prod", **values: Any) -> HttpResponse:
        """`headers` may be a mapping; curl's are there anyway."""
        headers = {"host": "127.0.0.1:3001", "user-agent": "curl/8.7.1", "accept": "*/*", **values.pop("headers", {})}
        return self.endpoint.respond(request(verb, path, headers=tuple(headers.items()), **values))


def rest_system(*methods: RestMethod, answer: Any = None, **values: Any) -> RestSystem:
    handler = answer if callable(answer) else lambda event: answer
    extras = {name: values.pop(name) for name in ("clock", "firewall", "timeout_s") if name in values}
    return RestSystem(rest_api(*methods, **values), invoker=ScriptedInvoker(handler), **extras)


def message(response: HttpResponse) -> tuple[int, Any]:
    """Status and body of an answer of the gateway's own."""
    return response.status, json.loads(response.body)


def headers_of(response: HttpResponse) -> dict[str, str]:
    return dict(response.headers)
