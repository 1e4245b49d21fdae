"""Calls the function behind a route and turns what became of it into a response.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from emulator.gateway.bounded_call import BoundedCall
from emulator.gateway.event_json import event_json
from emulator.gateway.limits import INVOKE_LIMIT_BYTES
from emulator.model import Function, Invocation, Invoker, Outcome, Route
from emulator.payloads import gateway_error, http_api_v1, http_api_v2
from emulator.payloads.api_call import ApiCall
from emulator.payloads.http_message import HttpResponse


@dataclass(frozen=True, slots=True)
class Integrated:
    """The response, what the access log says of the integration, and Lambda's request id."""

    response: HttpResponse
    error: str | None
    status: int | None
    invocation_id: str


class LambdaIntegration:
    """One route's function."""

    def __init__(self, route: Route, function: Function, invoker: Invoker, invocation_id: Callable[[], str]) -> None:
        self._payload = http_api_v1 if route.payload_version == "1.0" else http_api_v2
        self._function = function
        self._invocation_id = invocation_id
        self._call = BoundedCall(function, invoker, route.timeout_ms)

    def respond(self, call: ApiCall) -> Integrated:
        """The response of the function, or the gateway's for a function that failed."""
        event = event_json(self._payload.event(call))
        invocation = Invocation(self._function, event, self._invocation_id(), call.request.trace_id, "http")
        if len(event) > INVOKE_LIMIT_BYTES:
            return self._failed(gateway_error.ENTITY_TOO_LARGE, "The event is larger than Lambda accepts.", invocation)
        outcome = self._call.invoke(invocation)
        if outcome is None:
            return self._failed(gateway_error.SERVICE_UNAVAILABLE, "Integration timed out.", invocation)
        return self._rendered(outcome, invocation)

    def _rendered(self, outcome: Outcome, invocation: Invocation) -> Integrated:
        if outcome.kind == "throttled":
            return self._failed(gateway_error.SERVICE_UNAVAILABLE, "Lambda throttled the invocation.", invocation)
        if outcome.kind != "returned":
            reason = f"The Lambda function returned the following error: {outcome.kind}."
            return self._failed(gateway_error.INTERNAL_SERVER_ERROR, reason, invocation)
        response = self._payload.response(outcome.payload)
        if response is None:
            reason = "The response from the Lambda function doesn't match the format that API Gateway expects."
            return self._failed(gateway_error.INTERNAL_SERVER_ERROR, reason, invocation)
        return Integrated(response, None, 200, invocation.request_id)

    def _failed(self, response: HttpResponse, error: str, invocation: Invocation) -> Integrated:
        return Integrated(response, error, None, invocation.request_id)
