"""The non-proxy Lambda integration: a mapping template makes the event, and others make the response.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-custom-integrations.html
"""

from __future__ import annotations

import json
from collections.abc import Callable

from emulator.gateway.bounded_call import BoundedCall
from emulator.gateway.limits import INVOKE_LIMIT_BYTES
from emulator.gateway.rest.integration_request import RequestMapping
from emulator.gateway.rest.integration_response import ResponseMapping
from emulator.gateway.rest.lambda_proxy import THROTTLED, TIMED_OUT, TOO_LARGE
from emulator.gateway.rest.parameters import mapped_headers
from emulator.gateway.rest.ports import Answered, Overrides, Refusal
from emulator.model import AsyncInvoker, Function, Invocation, Invoker, Outcome, RestIntegration
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.json_object import json_object
from emulator.payloads.rest_call import RestCall

_JSON = (("content-type", "application/json"),)
_NOT_JSON = Refusal(
    "DEFAULT_5XX", "Internal server error", 500, error="Lambda invocation failed with status: 400. Could not parse"
)


class LambdaCustom:
    """One method's function."""

    def __init__(
        self,
        integration: RestIntegration,
        function: Function,
        invoker: Invoker,
        async_invoker: AsyncInvoker,
        invocation_id: Callable[[], str],
        request: RequestMapping,
        response: ResponseMapping,
    ) -> None:
        self._parameters = integration.request_parameters
        self._function = function
        self._async_invoker = async_invoker
        self._invocation_id = invocation_id
        self._call = BoundedCall(function, invoker, integration.timeout_ms)
        self._request, self._response = request, response

    def respond(self, call: RestCall) -> Answered | Refusal:
        mapped = self._request.applied(call)
        if isinstance(mapped, Refusal):
            return mapped
        event = (mapped.text.strip() or "{}").encode("utf-8", "replace")
        if len(event) > INVOKE_LIMIT_BYTES:
            return TOO_LARGE
        if not _is_json(event):
            return _NOT_JSON
        headers = {**mapped_headers(self._parameters, "integration.request", call), **mapped.headers}
        invocation = Invocation(self._function, event, self._invocation_id(), call.request.trace_id, "http")
        if {name.lower(): value for name, value in headers.items()}.get("x-amz-invocation-type") == "Event":
            return self._submitted(call, invocation, mapped.overrides)
        outcome = self._call.invoke(invocation)
        return TIMED_OUT if outcome is None else self._answered(call, outcome, mapped.overrides)

    def _submitted(self, call: RestCall, invocation: Invocation, handed_on: Overrides) -> Answered | Refusal:
        """https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-integration-async.html"""
        self._async_invoker.submit(invocation.function, invocation.payload, invocation.request_id, invocation.trace_id)
        response = self._response.applied(call, HttpResponse(202, _JSON, b""), None, handed_on)
        return _traced(call, response, 202, invocation.request_id)

    def _answered(self, call: RestCall, outcome: Outcome, handed_on: Overrides) -> Answered | Refusal:
        if outcome.kind == "throttled":
            return THROTTLED
        message = _error_message(outcome.payload) if outcome.failed else None
        response = self._response.applied(call, HttpResponse(200, _JSON, outcome.payload), message, handed_on)
        return _traced(call, response, 200, outcome.request_id)


def _traced(call: RestCall, response: HttpResponse | Refusal, status: int, invocation_id: str) -> Answered | Refusal:
    """`status` is Lambda's own."""
    if isinstance(response, Refusal):
        return response
    headers = (*response.headers, ("x-amzn-trace-id", call.request.trace_id))
    return Answered(HttpResponse(response.status, headers, response.body), status, invocation_id)


def _is_json(event: bytes) -> bool:
    try:
        json.loads(event)
    except (ValueError, RecursionError):
        return False
    return True


def _error_message(payload: bytes) -> str:
    return str((json_object(payload) or {}).get("errorMessage", ""))
