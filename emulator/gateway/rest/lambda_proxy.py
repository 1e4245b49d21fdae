"""The Lambda proxy integration: calls the function behind a method and turns its answer into a response.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.gateway.bounded_call import BoundedCall
from emulator.gateway.event_json import event_json
from emulator.gateway.limits import INVOKE_LIMIT_BYTES
from emulator.gateway.rest.ports import Answered, Refusal
from emulator.model import Function, Invocation, Invoker, Outcome, RestIntegration
from emulator.payloads import rest_proxy
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.rest_call import RestCall

_MESSAGE = "Internal server error"
MALFORMED = Refusal(
    "DEFAULT_5XX", _MESSAGE, 502, error="Execution failed due to configuration error: Malformed Lambda proxy response"
)
FAILED = Refusal("DEFAULT_5XX", _MESSAGE, 502, error="Lambda execution failed with status 200 due to customer error")
THROTTLED = Refusal("API_CONFIGURATION_ERROR", _MESSAGE, 500, error="Lambda invocation failed with status: 429")
TIMED_OUT = Refusal("INTEGRATION_TIMEOUT", "Endpoint request timed out", error="Execution failed due to a timeout")
TOO_LARGE = Refusal("REQUEST_TOO_LARGE", error="The event is larger than Lambda accepts")


class LambdaProxy:
    """One method's function."""

    def __init__(
        self,
        integration: RestIntegration,
        function: Function,
        invoker: Invoker,
        invocation_id: Callable[[], str],
    ) -> None:
        self._function = function
        self._invocation_id = invocation_id
        self._call = BoundedCall(function, invoker, integration.timeout_ms)

    def respond(self, call: RestCall) -> Answered | Refusal:
        """The function's response, or the gateway response for a function that failed."""
        event = event_json(rest_proxy.event(call))
        if len(event) > INVOKE_LIMIT_BYTES:
            return TOO_LARGE
        invocation = Invocation(self._function, event, self._invocation_id(), call.request.trace_id, "http")
        outcome = self._call.invoke(invocation)
        if outcome is None:
            return TIMED_OUT
        refusal = failure(outcome)
        if refusal is not None:
            return refusal
        response = rest_proxy.response(call, outcome.payload)
        if response is None:
            return MALFORMED
        headers = (*response.headers, ("x-amzn-trace-id", call.request.trace_id))
        whole = HttpResponse(response.status, headers, response.body)
        return Answered(whole, 200, invocation.request_id, function_status=response.status)


def failure(outcome: Outcome) -> Refusal | None:
    """What the gateway answers for a function that did not return."""
    if outcome.kind == "returned":
        return None
    return THROTTLED if outcome.kind == "throttled" else FAILED
