"""API keys and usage plans: who may call, how fast, how often."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from emulator.gateway.rest.api_keys import Allowances, ApiKeys
from emulator.gateway.rest.ports import Refusal
from emulator.gateway.rest.quota import period_start
from emulator.model import ApiKey, Quota, RestApi, Throttle, UsagePlan
from emulator.payloads.rest_call import RestAuthorized
from tests.fakes.moved_clock import MovedClock
from tests.fakes.rest_calls import asked, rest_api, rest_call, rest_method

ADA = ApiKey("k1", "ada", "ada-0123456789abcdefghij")
BOB = ApiKey("k2", "bob", "bob-0123456789abcdefghij")
SLOW = Throttle(1, 1)


def api(*plans: UsagePlan, **values: Any) -> RestApi:
    return rest_api(rest_method(api_key_required=True), rest_method("POST"), usage_plans=plans, **values)


def plan(*keys: ApiKey, **values: Any) -> UsagePlan:
    return UsagePlan("p1", "basic", keys or (ADA,), **values)


class Bench:
    """The keys of one stage, asked by their values."""

    def __init__(self, here: RestApi, now: float = 1_700_000_000.0) -> None:
        self.api, self.clock = here, MovedClock(now)
        self._keys = ApiKeys(here, Allowances(self.clock), self.clock)

    def ask(self, value: str | None, *, method: int = 0, **values: Any) -> ApiKey | Refusal:
        sent = asked() if value is None else asked(x_api_key=value)
        return self._keys.check(rest_call(sent, api=self.api, method=self.api.methods[method], **values))


def test_key_of_a_plan_of_the_stage_opens() -> None:
    assert Bench(api(plan())).ask(ADA.value) == ADA


@pytest.mark.parametrize("value", [None, "", "ada", ADA.value.upper(), f"{ADA.value},{BOB.value}", BOB.value])
def test_missing_or_unknown_key_is_forbidden(value: str | None) -> None:
    assert Bench(api(plan())).ask(value) == Refusal("INVALID_API_KEY")


@pytest.mark.parametrize("key", [ApiKey("k", "off", ADA.value, enabled=False), ApiKey("k", "empty", "")])
def test_disabled_and_empty_keys_open_nothing(key: ApiKey) -> None:
    here = Bench(api(plan(key)))
    assert here.ask(key.value) == Refusal("INVALID_API_KEY")
    assert here.ask(None) == Refusal("INVALID_API_KEY")


def test_stage_without_plans_takes_no_key() -> None:
    assert Bench(api()).ask(ADA.value) == Refusal("INVALID_API_KEY")


def test_key_comes_from_the_authorizer_where_the_api_says_so() -> None:
    here = Bench(api(plan(), api_key_source="AUTHORIZER"))
    assert here.ask(None, authorized=RestAuthorized(usage_identifier_key=ADA.value)) == ADA
    assert here.ask(ADA.value) == Refusal("INVALID_API_KEY")
    assert here.ask(ADA.value, authorized=RestAuthorized()) == Refusal("INVALID_API_KEY")


def test_each_key_has_a_bucket_of_its_own() -> None:
    here = Bench(api(plan(ADA, BOB, throttle=SLOW)))
    assert [here.ask(key.value) for key in (ADA, ADA, BOB)] == [ADA, Refusal("THROTTLED"), BOB]
    here.clock.move(1)
    assert here.ask(ADA.value) == ADA


def test_method_may_be_slower_than_the_plan() -> None:
    here = Bench(api(plan(throttle=Throttle(100, 100), method_throttles={("/links/{code}", "GET"): SLOW})))
    assert [here.ask(ADA.value), here.ask(ADA.value)] == [ADA, Refusal("THROTTLED")]
    assert here.ask(ADA.value, method=1) == ADA


def test_quota_is_used_up_until_the_next_period() -> None:
    here = Bench(api(plan(quota=Quota(2, "DAY"))))
    assert [here.ask(ADA.value) for _ in range(3)] == [ADA, ADA, Refusal("QUOTA_EXCEEDED")]
    here.clock.move(86_400)
    assert here.ask(ADA.value) == ADA


def test_offset_counts_in_the_first_period_only() -> None:
    here = Bench(api(plan(quota=Quota(2, "DAY", offset=1))))
    assert [here.ask(ADA.value) for _ in range(2)] == [ADA, Refusal("QUOTA_EXCEEDED")]
    here.clock.move(86_400)
    assert [here.ask(ADA.value) for _ in range(3)] == [ADA, ADA, Refusal("QUOTA_EXCEEDED")]


def test_throttled_requests_leave_the_quota_alone() -> None:
    here = Bench(api(plan(throttle=SLOW, quota=Quota(2, "MONTH"))))
    assert [here.ask(ADA.value) for _ in range(3)] == [ADA, Refusal("THROTTLED"), Refusal("THROTTLED")]
    here.clock.move(1)
    assert here.ask(ADA.value) == ADA
    here.clock.move(1)
    assert here.ask(ADA.value) == Refusal("QUOTA_EXCEEDED")


@pytest.mark.parametrize(
    ("period", "moment", "start"),
    [
        ("DAY", datetime(2026, 3, 4, 23, 59, tzinfo=UTC), date(2026, 3, 4)),
        ("WEEK", datetime(2026, 3, 4, tzinfo=UTC), date(2026, 3, 1)),
        ("WEEK", datetime(2026, 3, 1, tzinfo=UTC), date(2026, 3, 1)),
        ("WEEK", datetime(2026, 2, 28, tzinfo=UTC), date(2026, 2, 22)),
        ("MONTH", datetime(2026, 2, 28, tzinfo=UTC), date(2026, 2, 1)),
    ],
)
def test_periods_begin_at_midnight_utc(period: Any, moment: datetime, start: date) -> None:
    assert period_start(period, moment.timestamp()) == start
