"""The stage of an HTTP API: variables, throttling, access log.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-stage.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from emulator.model import Throttle
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

# The account's own limits, where a stage names only one of the two.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
ACCOUNT_THROTTLE = Throttle(rate_per_s=10_000, burst=5_000)
_KNOWN = frozenset(
    [
        "ApiId",
        "StageName",
        "AutoDeploy",
        "DeploymentId",
        "StageVariables",
        "DefaultRouteSettings",
        "RouteSettings",
        "AccessLogSettings",
    ]
)
_REASONS: Mapping[str, str] = MappingProxyType(
    {"ClientCertificateId": "no client certificate is sent to integrations here"}
)
_LOG_GROUP = re.compile(r"arn:[^:]+:logs:[^:]*:[^:]*:(?:log-group:)?([^:]+)(?::\*)?")
_SETTING_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "DataTraceEnabled": "there is no execution log here; `terrarium logs` shows what functions write",
        "DetailedMetricsEnabled": "there are no metrics of routes here",
        "LoggingLevel": "there is no execution log here; `terrarium logs` shows what functions write",
    }
)
_THROTTLE_NAMES = frozenset({"ThrottlingRateLimit", "ThrottlingBurstLimit"})


@dataclass(frozen=True, slots=True)
class Stage:
    """What a deployed stage adds to an API; `route_throttles` by route key."""

    name: str = "$default"
    variables: Mapping[str, str] = field(default_factory=dict)
    throttle: Throttle | None = None
    route_throttles: Mapping[str, Throttle] = field(default_factory=dict)
    log_group: str | None = None
    log_format: str | None = None
    settings: Section | None = None


def stage_of(reading: Reading, api_id: str) -> Stage | None:
    """The API's stage; of several the `$default` one, else the first. None when nothing is deployed."""
    sections = [section for _, section in reading.of("AWS::ApiGatewayV2::Stage") if section.text("ApiId") == api_id]
    if not sections:
        return None
    chosen = next((section for section in sections if section.text("StageName") == "$default"), sections[0])
    for section in sections:
        if section is not chosen:
            reading.ignore(section, "", f"only stage {chosen.text('StageName')} of this API is served")
    reading.ignore_others(chosen, _KNOWN, _REASONS)
    return _stage(reading, chosen)


def _stage(reading: Reading, section: Section) -> Stage:
    log = section.sub("AccessLogSettings")
    settings = section.sub("RouteSettings")
    throttles = {key: _throttle(reading, setting) for key, setting in settings.mappings()}
    return Stage(
        name=section.text("StageName"),
        variables=section.text_map("StageVariables"),
        throttle=_throttle(reading, section.sub("DefaultRouteSettings")),
        route_throttles={key: throttle for key, throttle in throttles.items() if throttle is not None},
        log_group=log_group_of(reading, log),
        log_format=log.optional_text("Format"),
        settings=settings,
    )


def _throttle(reading: Reading, settings: Section) -> Throttle | None:
    reading.ignore_others(settings, _THROTTLE_NAMES, _SETTING_REASONS)
    return throttle_of(settings)


def throttle_of(settings: Section) -> Throttle | None:
    """ThrottlingRateLimit and ThrottlingBurstLimit; None when neither is there."""
    rate = settings.optional_rate("ThrottlingRateLimit")
    burst = settings.optional_number("ThrottlingBurstLimit", 0, 1_000_000)
    if rate is None and burst is None:
        return None
    return Throttle(
        ACCOUNT_THROTTLE.rate_per_s if rate is None else rate, ACCOUNT_THROTTLE.burst if burst is None else burst
    )


def log_group_of(reading: Reading, log: Section) -> str | None:
    """The name of the log group that DestinationArn names; anything else is listed."""
    destination = log.optional_text("DestinationArn")
    if destination is None:
        return None
    group = _LOG_GROUP.fullmatch(destination)
    if group is None:
        reading.ignore(log, "DestinationArn", f"{destination} is no log group; access logs go nowhere")
        return None
    return group.group(1)
