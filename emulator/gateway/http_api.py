"""One HTTP API: takes a request through limits, CORS, routing, throttling and authorization to its function.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from emulator.gateway import limits
from emulator.gateway.access_log import AccessLogFormat, Served
from emulator.gateway.cors import CorsPolicy
from emulator.gateway.integration import Integrated, LambdaIntegration
from emulator.gateway.request_ids import Ids
from emulator.gateway.route_matcher import RouteMatcher
from emulator.gateway.throttle import Throttling
from emulator.model import Clock, HttpApi, Invoker, Route, Stack
from emulator.payloads import gateway_error
from emulator.payloads.api_call import ApiCall, Authorized, route_key
from emulator.payloads.http_message import HttpRequest, HttpResponse
from emulator.payloads.request_target import decoded_path


class AuthorizerPort(Protocol):
    """Lets a call pass with what it found out, or answers in the API's place."""

    def authorize(self, call: ApiCall) -> Authorized | HttpResponse: ...


@dataclass(frozen=True, slots=True)
class _Answer:
    """The response and how far the request got; latency in milliseconds, of the function alone."""

    response: HttpResponse
    route: Route | None = None
    authorized: Authorized | None = None
    integrated: Integrated | None = None
    integration_ms: int | None = None
    preflight: bool = False


class HttpApiEndpoint:
    """Everything about one API is prepared here once; a request only passes through."""

    def __init__(
        self,
        api: HttpApi,
        stack: Stack,
        invoker: Invoker,
        authorizers: dict[str, AuthorizerPort],
        clock: Clock,
        ids: Ids,
        access_log: Callable[[HttpApi, str], None],
    ) -> None:
        self._api = api
        self._stack = stack
        self._clock = clock
        self._prefix = "" if api.stage == "$default" else f"/{api.stage}"
        self._matcher = RouteMatcher(api.routes)
        self._cors = CorsPolicy(api.cors) if api.cors else None
        self._throttling = Throttling(api, clock.monotonic)
        self._authorizers = authorizers
        self._integrations = {
            (route.method, route.path): LambdaIntegration(
                route, stack.functions[route.function], invoker, ids.invocation
            )
            for route in api.routes
        }
        self._access_log = access_log
        self._log_format = _log_format(api, stack)

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The response to any request; never raises for what a client or a handler did."""
        began = self._clock.monotonic()
        answer = self._answer(request)
        response = answer.response
        if self._cors is not None and not answer.preflight:
            response = self._cors.applied(request, response)
        response = HttpResponse(
            response.status, (*response.headers, ("apigw-requestid", request.request_id)), response.body
        )
        if self._log_format is not None:
            elapsed_ms = int((self._clock.monotonic() - began) * 1000)
            self._access_log(self._api, self._log_format.line(_served(request, response, answer, elapsed_ms)))
        return response

    def _answer(self, request: HttpRequest) -> _Answer:
        refused = limits.refused(request)
        if refused is not None:
            return _Answer(refused)
        path = decoded_path(request.path)
        if path is None or not path.startswith("/"):
            return _Answer(gateway_error.BAD_REQUEST)
        # The preflight is the gateway's own: no route, no authorizer, no function.
        preflight = self._cors.preflight(request) if self._cors else None
        return _Answer(preflight, preflight=True) if preflight is not None else self._routed(request, path)

    def _routed(self, request: HttpRequest, path: str) -> _Answer:
        match = self._matcher.match(request.method, within) if (within := self._within_stage(path)) else None
        if match is None:
            return _Answer(gateway_error.NOT_FOUND)
        if not self._throttling.admits(match.route):
            return _Answer(gateway_error.TOO_MANY_REQUESTS, match.route)
        stack = self._stack
        call = ApiCall(self._api, stack.region, stack.account_id, request, match.route, path, match.path_parameters)
        return self._authorized(call)

    def _authorized(self, call: ApiCall) -> _Answer:
        name = call.route.authorizer
        if name is None:
            return self._integrated(call)
        verdict = self._authorizers[name].authorize(call)
        if isinstance(verdict, HttpResponse):
            return _Answer(verdict, call.route)
        return self._integrated(replace(call, authorized=verdict))

    def _integrated(self, call: ApiCall) -> _Answer:
        began = self._clock.monotonic()
        integrated = self._integrations[call.route.method, call.route.path].respond(call)
        elapsed_ms = int((self._clock.monotonic() - began) * 1000)
        return _Answer(integrated.response, call.route, call.authorized, integrated, elapsed_ms)

    def _within_stage(self, path: str) -> str | None:
        """The path below a named stage; None outside of it."""
        if not self._prefix:
            return path
        if path == self._prefix:
            return "/"
        return path.removeprefix(self._prefix) if path.startswith(f"{self._prefix}/") else None


def _log_format(api: HttpApi, stack: Stack) -> AccessLogFormat | None:
    if api.access_log_format is None:
        return None
    fixed = {"apiId": api.api_id, "stage": api.stage, "accountId": stack.account_id, "domainPrefix": api.api_id}
    return AccessLogFormat(api.access_log_format, fixed)


def _served(request: HttpRequest, response: HttpResponse, answer: _Answer, elapsed_ms: int) -> Served:
    integrated = answer.integrated
    return Served(
        request=request,
        response=response,
        path=decoded_path(request.path) or request.path,
        latency_ms=elapsed_ms,
        route_key=route_key(answer.route) if answer.route else None,
        authorized=answer.authorized,
        integration_error=integrated.error if integrated else None,
        integration_status=integrated.status if integrated else None,
        integration_latency_ms=answer.integration_ms,
        invocation_id=integrated.invocation_id if integrated else None,
        function_status=integrated.response.status if integrated and integrated.status is not None else None,
    )
