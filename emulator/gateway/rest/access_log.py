"""What the access log of a REST API's stage may say of one request: `$context` and what became of it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.gateway.access_log import error_values, flat, integration_values
from emulator.gateway.rest.ports import Answered, Refusal
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.json_object import json_object
from emulator.payloads.rest_call import RestCall
from emulator.payloads.rest_context import request_context


@dataclass(frozen=True, slots=True)
class RestServed:
    """A request that was answered. `outcome` is what the pipeline ended with; latencies in milliseconds."""

    call: RestCall
    response: HttpResponse
    outcome: Answered | Refusal
    latency_ms: int
    integration_latency_ms: int | None = None


def log_values(served: RestServed) -> dict[str, Any]:
    """Name of a context variable -> its value."""
    return {
        **dict(flat(request_context(served.call))),
        "status": served.response.status,
        "responseLength": len(served.response.body),
        "responseLatency": served.latency_ms,
        **_integration(served),
        **_error(served),
    }


def _integration(served: RestServed) -> dict[str, Any]:
    answered = served.outcome if isinstance(served.outcome, Answered) else None
    error = served.outcome.error if isinstance(served.outcome, Refusal) else None
    return integration_values(
        answered.status if answered else None,
        served.integration_latency_ms,
        answered.invocation_id if answered else None,
        error,
        answered.function_status if answered else None,
    )


def _error(served: RestServed) -> dict[str, Any]:
    refusal = served.outcome
    if not isinstance(refusal, Refusal):
        return {}
    return {
        **error_values(_message(served.response)),
        "error.responseType": refusal.response_type,
        "error.validationErrorString": refusal.validation_error,
    }


def _message(response: HttpResponse) -> str | None:
    """The message that the client got, where its form is the usual one."""
    message = (json_object(response.body) or {}).get("message")
    return message if isinstance(message, str) else None
