"""The Lambda authorizers of a REST API: ask a function, remember its policy, let pass or refuse.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.gateway.event_json import event_json
from emulator.gateway.kept_answers import KeptAnswers
from emulator.gateway.rest.parameters import mapped
from emulator.gateway.rest.ports import Refusal
from emulator.model import Function, Invocation, Invoker, Outcome, RestAuthorizer
from emulator.payloads.json_object import json_object
from emulator.payloads.rest_authorizer_answer import PolicyAnswer, parse
from emulator.payloads.rest_authorizer_event import request_event, token_event
from emulator.payloads.rest_call import RestAuthorized, RestCall

_UNAUTHORIZED = Refusal("UNAUTHORIZED")
_NEITHER = "User is not authorized to access this resource"
_DENIED = Refusal("ACCESS_DENIED", f"{_NEITHER} with an explicit deny in an identity-based policy")
_NOT_ALLOWED = Refusal("ACCESS_DENIED", _NEITHER)
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
_LARGEST_ANSWER_BYTES = 8 * 1024
# A function that raises an error with exactly this text means 401.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
_RAISED = "Unauthorized"


@dataclass(frozen=True, slots=True)
class Asking:
    """What an authorizer needs to call its function."""

    function: Function
    invoker: Invoker
    invocation_id: Callable[[], str]
    monotonic: Callable[[], float]


class LambdaAuthorizer:
    """One TOKEN or REQUEST authorizer. Its policy is kept by identity values and evaluated for each method anew."""

    def __init__(self, authorizer: RestAuthorizer, asking: Asking) -> None:
        self._authorizer, self._asking = authorizer, asking
        pattern = authorizer.validation_expression if authorizer.kind == "token" else None
        self._pattern = re.compile(pattern) if pattern else None
        self._cache: KeptAnswers[PolicyAnswer] = KeptAnswers(authorizer.ttl_s, asking.monotonic)

    def authorize(self, call: RestCall) -> RestAuthorized | Refusal:
        """The authorizer's principal and context, or the 401, 403 or 500 that the client gets."""
        identity = self._identity(call)
        if identity is None:
            return _UNAUTHORIZED
        began = self._asking.monotonic()
        answer = self._cache.get(identity) or self._asked(call, identity)
        if isinstance(answer, Refusal):
            return answer
        latency_ms = int((self._asking.monotonic() - began) * 1000)
        return _judged(answer, call, latency_ms)

    def _identity(self, call: RestCall) -> tuple[str, ...] | None:
        """The identity sources' values; None when one is missing or empty, or the token is not of the right form."""
        values = tuple(mapped(source, call) or "" for source in self._authorizer.identity_sources)
        if not all(values) or (self._authorizer.kind == "token" and not values):
            return None
        if self._pattern is not None and not self._pattern.fullmatch(values[0]):
            return None
        return values

    def _asked(self, call: RestCall, identity: tuple[str, ...]) -> PolicyAnswer | Refusal:
        """The function's answer, or the refusal when it failed or answered nonsense; that is never kept."""
        asking = self._asking
        event = self._event(call, identity)
        outcome = asking.invoker.invoke(
            Invocation(asking.function, event_json(event), asking.invocation_id(), call.request.trace_id, "authorizer")
        )
        if outcome.kind != "returned":
            return _failed(outcome)
        answer = parse(outcome.payload) if len(outcome.payload) <= _LARGEST_ANSWER_BYTES else None
        if answer is None:
            return Refusal("AUTHORIZER_CONFIGURATION_ERROR", error="The authorizer's policy cannot be parsed")
        self._cache.put(identity, answer)
        return answer

    def _event(self, call: RestCall, identity: tuple[str, ...]) -> dict[str, Any]:
        if self._authorizer.kind == "token":
            return token_event(call, identity[0])
        return request_event(call)


def _judged(answer: PolicyAnswer, call: RestCall, latency_ms: int) -> RestAuthorized | Refusal:
    verdict = answer.verdict(call.method_arn)
    if verdict != "allow":
        return _DENIED if verdict == "deny" else _NOT_ALLOWED
    return RestAuthorized(
        answer.principal_id,
        answer.context,
        usage_identifier_key=answer.usage_identifier_key,
        latency_ms=latency_ms,
    )


def _failed(outcome: Outcome) -> Refusal:
    if outcome.kind == "raised" and _message(outcome.payload) == _RAISED:
        return _UNAUTHORIZED
    if outcome.kind == "raised":
        return Refusal("AUTHORIZER_FAILURE", error="The authorizer raised an error")
    return Refusal("AUTHORIZER_CONFIGURATION_ERROR", error=f"The authorizer {outcome.kind}")


def _message(payload: bytes) -> str | None:
    message = (json_object(payload) or {}).get("errorMessage")
    return message if isinstance(message, str) else None
