"""The stages of a REST API: resources of their own, or where there are none the StageName of deployments.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-stage.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from emulator.model import Throttle
from emulator.template.readers.reading import Reading
from emulator.template.readers.stages import log_group_of, throttle_of
from emulator.template.section import Section

_KNOWN = frozenset(
    ["AccessLogSetting", "DeploymentId", "MethodSettings", "RestApiId", "StageName", "Variables", "StageDescription"]
)
_SILENT = frozenset(["DocumentationVersion", "TracingEnabled", "DeploymentCanarySettings"])
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "CacheClusterEnabled": "responses are not cached here",
        "CacheClusterSize": "responses are not cached here",
        "CanarySetting": "there is one deployment here",
        "ClientCertificateId": "no client certificate is sent to integrations here",
    }
)


@dataclass(frozen=True, slots=True)
class RestStage:
    """What a deployed stage adds to an API; method_throttles by resource path and method (`*`: every one)."""

    name: str
    deployment_id: str
    variables: Mapping[str, str] = field(default_factory=dict)
    throttle: Throttle | None = None
    method_throttles: Mapping[tuple[str, str], Throttle] = field(default_factory=dict)
    log_group: str | None = None
    log_format: str | None = None


def stages_of(reading: Reading, api_id: str) -> tuple[RestStage, ...]:
    """The API's stages; none when nothing is deployed."""
    sections = [section for _, section in reading.of("AWS::ApiGateway::Stage") if section.text("RestApiId") == api_id]
    for section in sections:
        reading.ignore_others(section, _KNOWN | _SILENT, _REASONS)
    if sections:
        return tuple(_stage(reading, one, one, one.text("DeploymentId", "")) for one in sections)
    return tuple(
        _stage(reading, section, section.sub("StageDescription"), reading.names.id(logical_id))
        for logical_id, section in reading.of("AWS::ApiGateway::Deployment")
        if section.text("RestApiId") == api_id and "StageName" in section
    )


def _stage(reading: Reading, owner: Section, settings: Section, deployment_id: str) -> RestStage:
    log = settings.sub("AccessLogSetting")
    # A deployment's StageDescription has limits of the whole stage beside its MethodSettings.
    limits = [(("*", "*"), throttle_of(settings))]
    limits += [(_key(each), throttle_of(each)) for each in settings.subs("MethodSettings")]
    throttles = {key: throttle for key, throttle in limits if throttle is not None}
    return RestStage(
        name=owner.text("StageName"),
        deployment_id=deployment_id,
        variables=settings.text_map("Variables"),
        throttle=throttles.pop(("*", "*"), None),
        method_throttles=throttles,
        log_group=log_group_of(reading, log),
        log_format=log.optional_text("Format"),
    )


def _key(setting: Section) -> tuple[str, str]:
    """`/*` is every resource; others are written as `/~1links~1{code}` or plainly."""
    path = setting.text("ResourcePath", "/*")
    if path in ("/*", "*"):
        return "*", "*"
    plain = path.removeprefix("/") if path.startswith("/~1") else path
    return plain.replace("~1", "/"), setting.text("HttpMethod", "*").upper()
