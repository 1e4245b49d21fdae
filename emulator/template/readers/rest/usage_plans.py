"""API keys and usage plans of a REST API's stage.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-usageplan.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from emulator.model import ApiKey, Quota, Throttle, UsagePlan
from emulator.template.api_urls import stable_id
from emulator.template.readers.reading import Reading
from emulator.template.readers.stages import ACCOUNT_THROTTLE
from emulator.template.section import Section

_KEY_LENGTH = 40
_MOST_REQUESTS = 2**31 - 1


def usage_plans_of(reading: Reading, api_id: str, stage: str) -> tuple[UsagePlan, ...]:
    """The plans that name this stage, each with its keys."""
    keys = _keys(reading)
    plans = []
    for logical_id, section in reading.of("AWS::ApiGateway::UsagePlan"):
        for part in section.subs("ApiStages"):
            if part.text("ApiId") == api_id and part.text("Stage") == stage:
                plans.append(_plan(reading, logical_id, section, part, keys))
    return tuple(plans)


def _plan(reading: Reading, logical_id: str, section: Section, part: Section, keys: Mapping[str, ApiKey]) -> UsagePlan:
    plan_id = reading.names.id(logical_id)
    return UsagePlan(
        plan_id=plan_id,
        name=section.text("UsagePlanName", logical_id),
        keys=tuple(_key_of(link, keys) for link in _links(reading, plan_id)),
        throttle=_throttle(section.sub("Throttle")),
        quota=_quota(section.sub("Quota")),
        method_throttles=_method_throttles(part.sub("Throttle")),
    )


def _links(reading: Reading, plan_id: str) -> list[Section]:
    return [
        section for _, section in reading.of("AWS::ApiGateway::UsagePlanKey") if section.text("UsagePlanId") == plan_id
    ]


def _key_of(link: Section, keys: Mapping[str, ApiKey]) -> ApiKey:
    key_id = link.text("KeyId")
    if key_id not in keys:
        raise link.unsupported("KeyId", found=repr(key_id), fix="Name an API key of this template with Ref.")
    return keys[key_id]


def _keys(reading: Reading) -> dict[str, ApiKey]:
    """By id."""
    keys = {}
    for logical_id, section in reading.of("AWS::ApiGateway::ApiKey"):
        key_id = reading.names.id(logical_id)
        value = section.optional_text("Value") or _made_up(reading, logical_id, section)
        keys[key_id] = ApiKey(key_id, section.text("Name", logical_id), value, section.flag("Enabled"))
    return keys


def _made_up(reading: Reading, logical_id: str, section: Section) -> str:
    """AWS makes up a value and shows it in its console; this one stays the same and is listed."""
    value = stable_id(reading.names.stack, logical_id, "value", length=_KEY_LENGTH)
    reading.ignore(section, "Value", f"none is given; here the key is {value}")
    return value


def _throttle(section: Section) -> Throttle | None:
    rate = section.optional_rate("RateLimit")
    burst = section.optional_number("BurstLimit", 0, 1_000_000)
    if rate is None and burst is None:
        return None
    return Throttle(
        ACCOUNT_THROTTLE.rate_per_s if rate is None else rate, ACCOUNT_THROTTLE.burst if burst is None else burst
    )


def _method_throttles(section: Section) -> dict[tuple[str, str], Throttle]:
    """Keys are "/links/{code}/GET"."""
    found = {}
    for key, limits in section.mappings():
        path, _, method = key.rpartition("/")
        throttle = _throttle(limits)
        if throttle is not None:
            found[path or "/", method.upper()] = throttle
    return found


def _quota(section: Section) -> Quota | None:
    limit = section.optional_number("Limit", 0, _MOST_REQUESTS)
    if limit is None:
        return None
    named = section.one_of("Period", ("DAY", "WEEK", "MONTH"), "DAY")
    periods: dict[str, Literal["DAY", "WEEK", "MONTH"]] = {"DAY": "DAY", "WEEK": "WEEK", "MONTH": "MONTH"}
    return Quota(limit, periods[named], section.number("Offset", 0, 0, _MOST_REQUESTS))
