"""Reads the values of an authorizer's identity sources from a request.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emulator.payloads.api_call import ApiCall
from emulator.payloads.request_target import query_pairs

_Reader = Callable[[ApiCall], str | None]

_CONTEXT: dict[str, _Reader] = {
    "routeKey": lambda call: call.route_key,
    "httpMethod": lambda call: call.request.method,
    "http.method": lambda call: call.request.method,
    "path": lambda call: call.path,
    "stage": lambda call: call.api.stage,
    "identity.sourceIp": lambda call: call.request.source_ip,
    "identity.userAgent": lambda call: call.request.header("user-agent"),
    "domainName": lambda call: call.domain_name,
    "apiId": lambda call: call.api.api_id,
    "accountId": lambda call: call.account_id,
    "requestId": lambda call: call.request.request_id,
    "protocol": lambda call: call.request.protocol,
}


def identity_values(call: ApiCall, sources: Sequence[str]) -> tuple[str, ...] | None:
    """The sources' values in order; None when one is missing or empty, so that the authorizer is not asked."""
    values = []
    for source in sources:
        value = _value(call, source)
        if not value:
            return None
        values.append(value)
    return tuple(values)


def _value(call: ApiCall, source: str) -> str | None:
    kind, _, name = source.removeprefix("$").partition(".")
    if kind == "context":
        reader = _CONTEXT.get(name)
        return reader(call) if reader else None
    if kind == "stageVariables":
        return call.api.stage_variables.get(name)
    part, _, field = name.partition(".")
    if kind == "request" and part == "header":
        return call.request.header(field.lower())
    if kind == "request" and part == "querystring":
        return ",".join(value for key, value in query_pairs(call.request.query) if key == field) or None
    return None
