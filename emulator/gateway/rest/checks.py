"""What stands between a method of a REST API and its integration, in API Gateway's order.

Resource policy, throttle, authorizer, API key with its usage plan, request validation.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
"""

from __future__ import annotations

from dataclasses import replace

from emulator.gateway.rest.ports import Parts, Refusal
from emulator.gateway.rest.throttling import StageThrottling
from emulator.model import Clock, RestApi
from emulator.payloads.resource_policy import ACTION, ResourcePolicy
from emulator.payloads.rest_call import RestCall

_THROTTLED = Refusal("THROTTLED")


class Checks:
    """The checks of one stage."""

    def __init__(self, api: RestApi, parts: Parts, clock: Clock) -> None:
        self._parts = parts
        self._throttling = StageThrottling(api, clock.monotonic)
        self._policy = ResourcePolicy(api.policy) if api.policy is not None else None

    def passed(self, call: RestCall) -> RestCall | Refusal:
        """The call with what authorizer and key said, or why it may not go on."""
        refusal = self._against_policy(call)
        if refusal is not None:
            return refusal
        if not self._throttling.admits(call.matched):
            return _THROTTLED
        authorized = self._authorized(call)
        if isinstance(authorized, Refusal):
            return authorized
        keyed = self._keyed(authorized)
        return keyed if isinstance(keyed, Refusal) else self._parts.validation.refusal(keyed) or keyed

    def _authorized(self, call: RestCall) -> RestCall | Refusal:
        name = call.matched.authorizer
        if name is None:
            return call
        verdict = self._parts.authorizers[name].authorize(call)
        return verdict if isinstance(verdict, Refusal) else replace(call, authorized=verdict)

    def _keyed(self, call: RestCall) -> RestCall | Refusal:
        if not call.matched.api_key_required:
            return call
        key = self._parts.keys.check(call)
        return key if isinstance(key, Refusal) else replace(call, api_key=key)

    def _against_policy(self, call: RestCall) -> Refusal | None:
        if self._policy is None:
            return None
        verdict = self._policy.verdict(call.method_arn, call.request.source_ip)
        name = call.matched.authorizer
        if verdict == "allow":
            return None
        # A Lambda authorizer may allow what the policy says nothing about; a user pool may not.
        if verdict == "neither" and name is not None and call.api.authorizers[name].kind != "cognito":
            return None
        explicit = " with an explicit deny" if verdict == "deny" else ""
        arn = call.method_arn.replace(call.account_id, "*" * 8 + call.account_id[-4:], 1)
        message = f"User: anonymous is not authorized to perform: {ACTION} on resource: {arn}{explicit}"
        return Refusal("ACCESS_DENIED", message, error="the resource policy")
