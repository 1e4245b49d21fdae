"""The Lambda authorizer of an HTTP API: asks a function, remembers its answer, lets pass or refuses.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.gateway.event_json import event_json
from emulator.gateway.identity_source import identity_values
from emulator.gateway.kept_answers import KeptAnswers
from emulator.model import Authorizer, Function, Invocation, Invoker
from emulator.payloads import authorizer_event, gateway_error
from emulator.payloads.api_call import ApiCall, Authorized
from emulator.payloads.authorizer_answer import AuthorizerAnswer, parse
from emulator.payloads.http_message import HttpResponse


class LambdaAuthorizer:
    """One Lambda authorizer of an API."""

    def __init__(
        self,
        authorizer: Authorizer,
        function: Function,
        invoker: Invoker,
        monotonic: Callable[[], float],
        invocation_id: Callable[[], str],
    ) -> None:
        self._authorizer = authorizer
        self._function = function
        self._invoker = invoker
        self._invocation_id = invocation_id
        self._cache: KeptAnswers[AuthorizerAnswer] = KeptAnswers(authorizer.ttl_s, monotonic)

    def authorize(self, call: ApiCall) -> Authorized | HttpResponse:
        """The authorizer's context, or the 401, 403 or 500 that the client gets."""
        identity = identity_values(call, self._authorizer.identity_sources)
        if identity is None:
            return gateway_error.UNAUTHORIZED
        answer = self._cache.get(identity)
        if answer is None:
            answer = self._asked(call, identity)
            if answer is None:
                return gateway_error.INTERNAL_SERVER_ERROR
            self._cache.put(identity, answer)
        if not answer.allows(call.route_arn):
            return gateway_error.FORBIDDEN
        return Authorized("lambda", answer.context, principal_id=answer.principal_id)

    def _asked(self, call: ApiCall, identity: tuple[str, ...]) -> AuthorizerAnswer | None:
        """The function's answer; None when it failed or answered nonsense, which is never cached."""
        event = authorizer_event.event(call, self._authorizer.payload_version, identity)
        outcome = self._invoker.invoke(
            Invocation(self._function, event_json(event), self._invocation_id(), call.request.trace_id, "authorizer")
        )
        if outcome.kind != "returned":
            return None
        # Simple responses exist in format 2.0 only.
        simple = self._authorizer.simple_responses and self._authorizer.payload_version == "2.0"
        return parse(outcome.payload, simple_responses=simple)
