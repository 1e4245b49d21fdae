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


class Allowances:
    """What each key has left of its usage plans: one count for all the stages and APIs of a plan."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._found: dict[tuple[str, str], _Allowance] = {}

    def of(self, plan: UsagePlan, key: ApiKey) -> _Allowance:
        return self._found.setdefault((plan.plan_id, key.key_id), _Allowance(plan, self._clock))


class ApiKeys:
    """The keys of one stage."""

    def __init__(self, api: RestApi, allowances: Allowances, clock: Clock) -> None:
        self._from_authorizer = api.api_key_source == "AUTHORIZER"
        # A key without a usage plan of this stage opens nothing.
        self._keys = {
            key.value: _StageKey(key, plan, allowances.of(plan, key), clock)
            for plan in api.usage_plans
            for key in plan.keys
            if key.enabled
        }

    def check(self, call: RestCall) -> ApiKey | Refusal:
        """The key, one request of its plan taken; or why not."""
        value = self._value(call)
        found = self._keys.get(value) if value else None
        if found is None:
            return _INVALID
        return found.take(call.matched) or found.key

    def _value(self, call: RestCall) -> str | None:
        if self._from_authorizer:
            return call.authorized.usage_identifier_key if call.authorized is not None else None
        return call.request.header("x-api-key")


class _StageKey:
    """What one key may do at one stage: its methods' own throttles, and what is left of the plan."""

    def __init__(self, key: ApiKey, plan: UsagePlan, allowance: _Allowance, clock: Clock) -> None:
        self.key = key
        self._allowance = allowance
        self._methods = {
            method: TokenBucket(throttle, clock.monotonic) for method, throttle in plan.method_throttles.items()
        }

    def take(self, method: RestMethod) -> Refusal | None:
        bucket = self._methods.get((method.resource_path, method.http_method))
        return _THROTTLED if bucket is not None and not bucket.take() else self._allowance.take()


class _Allowance:
    """Throttle and quota of one key under one plan."""

    def __init__(self, plan: UsagePlan, clock: Clock) -> None:
        self._bucket = TokenBucket(plan.throttle, clock.monotonic) if plan.throttle else None
        self._quota = QuotaUse(plan.quota, clock.now) if plan.quota else None

    def take(self) -> Refusal | None:
        """A throttled request does not count for the quota."""
        if self._bucket is not None and not self._bucket.take():
            return _THROTTLED
        return _USED_UP if self._quota is not None and not self._quota.take() else None
