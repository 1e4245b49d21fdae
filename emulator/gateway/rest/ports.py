"""What the pipeline of a REST API asks of its parts. A part that refuses says which gateway response it means.

`parts_of(api, shared, allowances)` in rest/parts.py builds the parts of one API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from emulator.model import ApiKey
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.rest_call import RestAuthorized, RestCall


@dataclass(frozen=True, slots=True)
class Refusal:
    """The gateway answers itself, with the gateway response of this type (UNAUTHORIZED, THROTTLED, …).

    message and status: None for the type's own. error: for the access log. validation_error: what
    $context.error.validationErrorString says.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
    """

    response_type: str
    message: str | None = None
    status: int | None = None
    validation_error: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Overrides:
    """$context.requestOverride and responseOverride, which a request's template hands on to the response's.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
    """

    request: Mapping[str, Any] = field(default_factory=dict)
    response: Mapping[str, Any] = field(default_factory=dict)


NO_OVERRIDES = Overrides()


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a mapping template wrote: its text, and the overrides for what it maps, `overrides` being all of them."""

    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    querystring: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None
    overrides: Overrides = NO_OVERRIDES


class MappingFailedError(Exception):
    """A template cannot be evaluated: the client gets 500, the access log the text."""


class RestAuthorizerPort(Protocol):
    """One token, request or cognito authorizer with its cache."""

    def authorize(self, call: RestCall) -> RestAuthorized | Refusal: ...


class KeyCheck(Protocol):
    """API keys and usage plans. Asked only for methods that require a key, after the authorizer."""

    def check(self, call: RestCall) -> ApiKey | Refusal:
        """The key, one request of its quota and throttle taken; INVALID_API_KEY, THROTTLED or QUOTA_EXCEEDED."""


class RequestCheck(Protocol):
    """Request validators. Asked for every method; does nothing where the method validates nothing."""

    def refusal(self, call: RestCall) -> Refusal | None:
        """BAD_REQUEST_PARAMETERS or BAD_REQUEST_BODY, or None."""


class MappingTemplates(Protocol):
    """Velocity templates with $input, $context, $stageVariables and $util."""

    def of_request(self, template: str, call: RestCall, body: str) -> Mapped:
        """For the integration; raises MappingFailedError."""

    def of_response(self, template: str, call: RestCall, body: str, status: int, handed_on: Overrides) -> Mapped:
        """For the client; `body` and `status` are the integration's; raises MappingFailedError."""


class GatewayResponses(Protocol):
    """The answers of the gateway itself, as the API customises them."""

    def render(self, refusal: Refusal, call: RestCall) -> HttpResponse:
        """With x-amzn-errortype; `call.method` is None where no method was found. Ids are added by the pipeline."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one API. authorizers: by name."""

    authorizers: Mapping[str, RestAuthorizerPort]
    keys: KeyCheck
    validation: RequestCheck
    templates: MappingTemplates
    answers: GatewayResponses


@dataclass(frozen=True, slots=True)
class Answered:
    """What an integration answered. `status` is its own code, for the access log; invocation_id Lambda's."""

    response: HttpResponse
    status: int
    invocation_id: str | None = None
    function_status: int | None = None
    """What a function returned, behind a proxy integration."""


class IntegrationPort(Protocol):
    """What is behind a method."""

    def respond(self, call: RestCall) -> Answered | Refusal: ...
