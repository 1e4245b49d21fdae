"""API keys and usage plans of a REST API's stage: who may call, how fast and how often.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
"""

from __future__ import annotations

from emulator.gateway.rest.ports import Refusal
from emulator.gateway.rest.quota import QuotaUse
from emulator.gateway.throttle import TokenBucket
from emulator.model import ApiKey, Clock, RestApi, RestMethod, UsagePlan
from emulator.payloads.rest_call import RestCall

_INVALID = Refusal("INVALID_API_KEY")
_THROTTLED = Refusal("THROTTLED")
_USED_UP = Refusal("QUOTA_EXCEEDED")


class ApiKeys:
    """The keys of one stage, each with its own buckets and its own count."""

    def __init__(self, api: RestApi, clock: Clock) -> None:
        self._from_authorizer = api.api_key_source == "AUTHORIZER"
        # A key without a usage plan of this stage opens nothing.
        self._allowances = {
            key.value: _Allowance(plan, key, clock) for plan in api.usage_plans for key in plan.keys if key.enabled
        }

    def check(self, call: RestCall) -> ApiKey | Refusal:
        """The key, one request of its plan taken; or why not."""
        value = self._value(call)
        allowance = self._allowances.get(value) if value else None
        if allowance is None:
            return _INVALID
        return allowance.take(call.matched) or allowance.key

    def _value(self, call: RestCall) -> str | None:
        if self._from_authorizer:
            return call.authorized.usage_identifier_key if call.authorized is not None else None
        return call.request.header("x-api-key")


class _Allowance:
    """What one key may do under one plan."""

    def __init__(self, plan: UsagePlan, key: ApiKey, clock: Clock) -> None:
        self.key = key
        self._bucket = TokenBucket(plan.throttle, clock.monotonic) if plan.throttle else None
        self._methods = {
            method: TokenBucket(throttle, clock.monotonic) for method, throttle in plan.method_throttles.items()
        }
        self._quota = QuotaUse(plan.quota, clock.now) if plan.quota else None

    def take(self, method: RestMethod) -> Refusal | None:
        """A throttled request does not count for the quota."""
        of_method = self._methods.get((method.resource_path, method.http_method))
        for bucket in (of_method, self._bucket):
            if bucket is not None and not bucket.take():
                return _THROTTLED
        if self._quota is not None and not self._quota.take():
            return _USED_UP
        return None
