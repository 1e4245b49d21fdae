"""Builds the Flask application of one system: its APIs, function URLs, the Invoke API and the control endpoints."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

import flask
from werkzeug.exceptions import HTTPException

from emulator.errors import TerrariumError
from emulator.gateway import function_api, schedule_api
from emulator.gateway.doors import Doors
from emulator.gateway.firewall_port import FirewallPort
from emulator.gateway.front_door import FrontDoor
from emulator.gateway.function_api import as_flask, as_json
from emulator.gateway.function_reference import FunctionDirectory
from emulator.gateway.invoke_api import InvokeApi
from emulator.gateway.origin_guard import OriginGuard
from emulator.gateway.request_ids import Ids
from emulator.gateway.schedule_api import Schedules
from emulator.gateway.serving.wsgi_request import RequestReader
from emulator.gateway.surroundings import Surroundings
from emulator.model import AsyncInvoker, Clock, HttpApi, Invoker, RestApi, Stack
from emulator.payloads import invoke_error
from emulator.payloads.http_message import json_message


class ControlApi(Protocol):
    """An API of AWS's own that is served behind the guard of the control endpoints."""

    def blueprint(self) -> flask.Blueprint: ...


def create_app(
    stack: Stack,
    invoker: Invoker,
    async_invoker: AsyncInvoker,
    clock: Clock,
    *,
    status: Callable[[], dict[str, Any]],
    access_log: Callable[[HttpApi | RestApi, str], None],
    port: int,
    public_host: str,
    further_hosts: Collection[str] = (),
    schedules: Schedules | None = None,
    published_keys: Mapping[str, str] | None = None,
    stage_firewall: Callable[[RestApi], FirewallPort | None] = lambda _api: None,
    control: Sequence[ControlApi] = (),
    credentials: Mapping[str, str] | None = None,
    ids: Ids | None = None,
) -> flask.Flask:
    """The application. `public_host` and `further_hosts` (a container's service name) may address the control
    endpoints besides the loopback names; `status` gives what GET /_terrarium/status shows. `published_keys`: for
    token issuers that a backend stands in for, the URL below which its documents are. `stage_firewall`: what the web
    ACL of a REST API's stage is enforced by. `credentials`: the secret of each access key that is known."""
    ids = ids or Ids()
    app = flask.Flask("terrarium", static_folder=None)
    guard = OriginGuard([public_host, *further_hosts])
    functions = FunctionDirectory(stack)
    invoke_api = InvokeApi(functions, invoker, async_invoker, clock, ids)
    _add_guard(app, guard)
    _add_control_endpoints(app, status, schedules)
    for endpoints_of in (function_api.blueprint(functions), *(api.blueprint() for api in control)):
        app.register_blueprint(endpoints_of)
    shared = Surroundings(
        stack, invoker, async_invoker, clock, ids, access_log, published_keys or {}, stage_firewall, credentials or {}
    )
    reader = RequestReader(clock, ids, port)
    app.wsgi_app = FrontDoor(Doors(shared).endpoints(), invoke_api, guard, reader, app.wsgi_app)  # type: ignore[method-assign]
    return app


def _add_control_endpoints(app: flask.Flask, status: Callable[[], dict[str, Any]], schedules: Schedules | None) -> None:
    app.add_url_rule("/_terrarium/status", "status", lambda: as_json(status()), methods=["GET"])
    if schedules is not None:
        app.register_blueprint(schedule_api.blueprint(schedules))
    app.register_error_handler(TerrariumError, lambda error: as_flask(invoke_error.service_failure(str(error))))
    app.register_error_handler(HTTPException, lambda error: as_flask(json_message(error.code or 500, error.name)))


def _add_guard(app: flask.Flask, guard: OriginGuard) -> None:
    @app.before_request
    def refuse_foreign_pages() -> flask.Response | None:
        headers = flask.request.headers
        objection = guard.objection(headers.get("Host", ""), headers.get("Origin"), headers.get("Sec-Fetch-Site"))
        return None if objection is None else as_flask(invoke_error.access_denied(objection))
