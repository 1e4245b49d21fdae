"""One stage of a REST API: takes a request through firewall, policy, routing, throttling and checks to its integration.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from emulator.gateway.access_log import AccessLogFormat
from emulator.gateway.firewall_port import FirewallPort
from emulator.gateway.limits import BODY_LIMIT_BYTES, REQUEST_LINE_AND_HEADERS_LIMIT_BYTES, line_and_headers
from emulator.gateway.request_ids import Ids
from emulator.gateway.rest.access_log import RestServed, log_values
from emulator.gateway.rest.checks import Checks
from emulator.gateway.rest.compression import compressed, decompressed
from emulator.gateway.rest.ports import Answered, IntegrationPort, Parts, Refusal
from emulator.gateway.rest.resources import ResourceTree
from emulator.model import Clock, RestApi, Stack
from emulator.payloads.encoded_path import encoded_path
from emulator.payloads.http_message import HttpRequest, HttpResponse
from emulator.payloads.rest_call import RestCall

_WRONG_STAGE = Refusal("DEFAULT_4XX", "Forbidden", 403)
_NO_METHOD = Refusal("MISSING_AUTHENTICATION_TOKEN")
_TOO_LARGE = Refusal("REQUEST_TOO_LARGE")
_HEADERS_TOO_LARGE = Refusal("DEFAULT_4XX", "Request Header Fields Too Large", 431)
_FILTERED = Refusal("WAF_FILTERED")
_NOT_DECOMPRESSED = Refusal("UNSUPPORTED_MEDIA_TYPE")

_OVERRIDE = "x-http-method-override"
_METHOD = re.compile(r"[A-Z]+")

Integrations = Mapping[tuple[str, str], IntegrationPort]
"""By resource path and method."""


class RestApiEndpoint:
    """Everything about one stage is prepared here once; a request only passes through."""

    def __init__(
        self,
        api: RestApi,
        stack: Stack,
        parts: Parts,
        integrations: Integrations,
        clock: Clock,
        ids: Ids,
        access_log: Callable[[RestApi, str], None],
        firewall: FirewallPort | None = None,
    ) -> None:
        self._api, self._stack = api, stack
        self._clock, self._ids = clock, ids
        self._prefix = f"/{api.stage}"
        self._resources = ResourceTree(api.methods)
        self._checks = Checks(api, parts, clock)
        self._answers = parts.answers
        self._integrations = integrations
        self._access_log = access_log
        self._log_format = AccessLogFormat(api.access_log_format, {}) if api.access_log_format else None
        self._firewall = firewall

    def serves(self, request: HttpRequest) -> bool:
        """Whether the request is for this stage."""
        return self._is_within(request.path)

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The response to any request; never raises for what a client or a handler did."""
        began = self._clock.monotonic()
        call, outcome, integration_ms = self._served(self._arrived(request))
        response = outcome.response if isinstance(outcome, Answered) else self._refused(outcome, call)
        if self._api.minimum_compression_bytes is not None:
            response = compressed(call.request, response, self._api.minimum_compression_bytes)
        ids = (("x-amzn-requestid", call.request.request_id), ("x-amz-apigw-id", call.extended_request_id))
        response = HttpResponse(response.status, (*response.headers, *ids), response.body)
        if self._log_format is not None:
            elapsed_ms = int((self._clock.monotonic() - began) * 1000)
            served = RestServed(call, response, outcome, elapsed_ms, integration_ms)
            self._access_log(self._api, self._log_format.text(log_values(served)))
        return response

    def _arrived(self, request: HttpRequest) -> RestCall:
        """A REST API's request id is a UUID; the short one of HTTP APIs is its extended request id."""
        path = encoded_path(request)
        within = path.removeprefix(self._prefix) if self._is_within(request.path) else path
        identified = replace(_overridden(request), request_id=self._ids.invocation())
        # Several slashes at the beginning count as one.
        path = "/" + within.lstrip("/")
        return RestCall(self._api, self._stack.region, self._stack.account_id, identified, path, request.request_id)

    def _served(self, call: RestCall) -> tuple[RestCall, Answered | Refusal, int | None]:
        """How far the call got, what it ended with, and how long the integration took."""
        admitted = self._admitted(call)
        if isinstance(admitted, Refusal | Answered):
            return call, admitted, None
        match = self._resources.match(admitted.request.method, admitted.path)
        if match is None:
            return admitted, _NO_METHOD, None
        routed = replace(admitted, method=match[0], path_parameters=match[1])
        checked = self._checks.passed(routed)
        if isinstance(checked, Refusal):
            return routed, checked, None
        began = self._clock.monotonic()
        outcome = self._integrations[checked.matched.resource_path, checked.matched.http_method].respond(checked)
        return checked, outcome, int((self._clock.monotonic() - began) * 1000)

    def _admitted(self, call: RestCall) -> RestCall | Refusal | Answered:
        """What concerns a request before anybody asks which method it means."""
        request = call.request
        if len(request.body) > BODY_LIMIT_BYTES:
            return _TOO_LARGE
        if line_and_headers(request) > REQUEST_LINE_AND_HEADERS_LIMIT_BYTES:
            return _HEADERS_TOO_LARGE
        if not self._is_within(request.path):
            return _WRONG_STAGE
        inspected = call if self._firewall is None else self._inspected(call, self._firewall)
        if self._api.minimum_compression_bytes is None or not isinstance(inspected, RestCall):
            return inspected
        plain = decompressed(inspected.request)
        return _NOT_DECOMPRESSED if plain is None else replace(inspected, request=plain)

    def _inspected(self, call: RestCall, firewall: FirewallPort) -> RestCall | Refusal | Answered:
        request = call.request
        verdict = firewall.inspect(request, request.source_ip)
        if verdict.blocked:
            own = verdict.response
            return _FILTERED if own is None else Answered(own, own.status)
        inserted = {name for name, _ in verdict.inserted}
        kept = tuple(pair for pair in request.headers if pair[0] not in inserted)
        return replace(call, request=replace(request, headers=(*kept, *verdict.inserted)))

    def _is_within(self, path: str) -> bool:
        return path == self._prefix or path.startswith(f"{self._prefix}/")

    def _refused(self, refusal: Refusal, call: RestCall) -> HttpResponse:
        return self._answers.render(refusal, call)


def _overridden(request: HttpRequest) -> HttpRequest:
    """A client that cannot send a method names it in a header, which goes no further.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    method = (request.header(_OVERRIDE) or "").upper()
    if not _METHOD.fullmatch(method):
        return request
    return replace(request, method=method, headers=tuple(pair for pair in request.headers if pair[0] != _OVERRIDE))
