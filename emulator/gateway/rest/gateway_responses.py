"""The answers of a REST API itself, as its gateway responses change them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from emulator.gateway.rest.integration_response import chosen_type
from emulator.gateway.rest.parameters import mapped
from emulator.gateway.rest.ports import Refusal
from emulator.model import GatewayResponse, RestApi
from emulator.payloads.function_answer import written_pairs
from emulator.payloads.http_message import HeaderPairs, HttpResponse
from emulator.payloads.rest_call import RestCall
from emulator.payloads.rest_error import REST_ERRORS

_JSON = "application/json"
_DEFAULT_TEMPLATE: Mapping[str, str] = {_JSON: '{"message":$context.error.messageString}'}
# Templates are filled in by plain substitution, not by Velocity: $context.a.b, ${context.a.b}, $method.request.…
_VARIABLE = re.compile(
    r"\$(\{)?((?:context|stageVariables|method\.request\.(?:header|querystring|path|body))(?:\.[A-Za-z0-9_-]+)+)(?(1)\})"
)
_TARGET = "gatewayresponse.header."


class CustomGatewayResponses:
    """The gateway responses of one API. Without any, the bodies are AWS's own."""

    def __init__(self, api: RestApi) -> None:
        self._custom = api.gateway_responses

    def render(self, refusal: Refusal, call: RestCall) -> HttpResponse:
        """The answer with its headers in lower case."""
        standard = REST_ERRORS.get(refusal.response_type, REST_ERRORS["DEFAULT_5XX"])
        status = refusal.status or standard.status
        message = standard.message if refusal.message is None else refusal.message
        own: HeaderPairs = (("x-amzn-errortype", standard.error_type),)
        custom = self._for(refusal.response_type, status)
        if custom is None:
            return HttpResponse(status, (("content-type", _JSON), *own), standard.body(message))
        return _customised(custom, status, own, call, _error(refusal, message))

    def _for(self, response_type: str, status: int) -> GatewayResponse | None:
        """The type's own, else that of all types with such a status."""
        default = "DEFAULT_5XX" if status >= 500 else "DEFAULT_4XX"
        return self._custom.get(response_type) or self._custom.get(default)


def _error(refusal: Refusal, message: str | None) -> dict[str, str]:
    """$context.error."""
    return {
        "message": message or "",
        "messageString": json.dumps(message),
        "responseType": refusal.response_type,
        "validationErrorString": refusal.validation_error or "",
    }


def _customised(
    custom: GatewayResponse, status: int, own: HeaderPairs, call: RestCall, error: Mapping[str, str]
) -> HttpResponse:
    templates = custom.templates or _DEFAULT_TEMPLATE
    content_type = chosen_type(templates, call.request.header("accept"), exact=False) or _JSON
    body = _VARIABLE.sub(lambda match: _value(match.group(2), call, error) or "", templates[content_type])
    headers = _headers(custom, call, error)
    named = {name for name, _ in headers}
    pairs = (("content-type", content_type), *own)
    kept = tuple(pair for pair in pairs if pair[0] not in named)
    return HttpResponse(custom.status or status, (*kept, *headers), body.encode("utf-8", "replace"))


def _headers(custom: GatewayResponse, call: RestCall, error: Mapping[str, str]) -> HeaderPairs:
    """What a client sent may come back in a header; values that no header can hold are left out."""
    found = [
        (name.removeprefix(_TARGET).lower(), _value(source, call, error))
        for name, source in custom.parameters.items()
        if name.startswith(_TARGET)
    ]
    return tuple(pair for name, value in found if value is not None for pair in written_pairs([(name, value)]) or ())


def _value(expression: str, call: RestCall, error: Mapping[str, str]) -> str | None:
    if expression.startswith("context.error."):
        return error.get(expression.removeprefix("context.error."))
    return mapped(expression, call)
