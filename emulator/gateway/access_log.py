"""Writes an API's access log in the format of its stage.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.payloads.api_call import Authorized
from emulator.payloads.http_message import HttpRequest, HttpResponse
from emulator.payloads.request_time import request_time

_VARIABLE = re.compile(r"\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_:-]+)*)")


@dataclass(frozen=True, slots=True)
class Served:
    """What an access log may say of one request; None where it did not get that far. Latencies in milliseconds."""

    request: HttpRequest
    response: HttpResponse
    path: str
    latency_ms: int
    route_key: str | None = None
    authorized: Authorized | None = None
    integration_error: str | None = None
    integration_status: int | None = None
    integration_latency_ms: int | None = None
    invocation_id: str | None = None
    function_status: int | None = None
    """What the function returned."""


class AccessLogFormat:
    """A format, split once into text and `$context` variables."""

    def __init__(self, template: str, fixed: Mapping[str, str]) -> None:
        """`fixed` are the variables that are the same for every request: apiId, stage, accountId."""
        self._parts = _VARIABLE.split(template)
        self._fixed = fixed
        # In a JSON format a quotation mark in a user agent must not end the string it stands in.
        self._escape: Callable[[str], str] = _json_escaped if template.lstrip().startswith("{") else _one_line

    def line(self, served: Served) -> str:
        """The line of one request to an HTTP API."""
        return self.text({**_values(served), **_authorizer(served.authorized)})

    def text(self, values: Mapping[str, Any]) -> str:
        """The line with these variables; one without a value is `-`."""
        known = {**self._fixed, **values}
        written = [part if index % 2 == 0 else self._written(part, known) for index, part in enumerate(self._parts)]
        return "".join(written)

    def _written(self, name: str, values: Mapping[str, Any]) -> str:
        value = values.get(name)
        if value is None or value == "":
            return "-"
        # messageString brings its own quotation marks.
        return str(value) if name == "error.messageString" else self._escape(str(value))


def flat(context: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """A request context's values by the names that formats have for them: `identity.sourceIp`."""
    for name, value in context.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def integration_values(
    status: int | None,
    latency_ms: int | None,
    invocation_id: str | None,
    error: str | None,
    function_status: int | None = None,
) -> dict[str, Any]:
    """Each under all the names that API Gateway has given it over time. `status` is what Lambda itself answered where
    a function did, `function_status` what that returned."""
    return {
        "awsEndpointRequestId": invocation_id,
        "integration.requestId": invocation_id,
        "integrationStatus": status,
        "integration.integrationStatus": status,
        "integration.status": status if function_status is None else function_status,
        "integrationLatency": latency_ms,
        "integration.latency": latency_ms,
        "integrationErrorMessage": error,
        "integration.error": error,
    }


def error_values(message: str | None) -> dict[str, str]:
    """The gateway's own message to the client; nothing when it had none."""
    return {} if message is None else {"error.message": message, "error.messageString": json.dumps(message)}


def _values(served: Served) -> dict[str, Any]:
    request, response = served.request, served.response
    return {
        "requestId": request.request_id,
        "extendedRequestId": request.request_id,
        "httpMethod": request.method,
        "path": served.path,
        "routeKey": served.route_key,
        "protocol": request.protocol,
        "status": response.status,
        "responseLength": len(response.body),
        "responseLatency": served.latency_ms,
        "requestTime": request_time(int(request.received_s)),
        "requestTimeEpoch": int(request.received_s * 1000),
        "domainName": request.header("host"),
        "identity.sourceIp": request.source_ip,
        "identity.userAgent": request.header("user-agent"),
        **error_values(_gateway_message(served)),
        **integration_values(
            served.integration_status,
            served.integration_latency_ms,
            served.invocation_id,
            served.integration_error,
            served.function_status,
        ),
    }


def _gateway_message(served: Served) -> str | None:
    """The message of an error that the gateway itself answered."""
    if served.integration_status is not None or served.response.status < 400:
        return None
    message = json.loads(served.response.body).get("message") if served.response.body else None
    return message if isinstance(message, str) else None


def _authorizer(authorized: Authorized | None) -> dict[str, Any]:
    """What it said, with and without the `claims.` that JWT authorizers have before it."""
    if authorized is None:
        return {}
    said = (authorized.context or {}).items()
    values = {f"authorizer.{prefix}{name}": value for name, value in said for prefix in ("claims.", "")}
    return {**values, "authorizer.principalId": authorized.principal_id}


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")


def _json_escaped(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]
