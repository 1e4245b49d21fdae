"""AWS::ApiGatewayV2::Api with all its parts -> model.HttpApi.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-api.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from emulator.model import Cors, HttpApi, Route
from emulator.template.document import read
from emulator.template.readers.cors import read_cors
from emulator.template.readers.custom_domains import note_custom_domains
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.openapi import read_body
from emulator.template.readers.reading import Reading
from emulator.template.readers.route_resources import add_quick_create, add_routes
from emulator.template.readers.routes import RouteTable, route_key, unknown_settings
from emulator.template.readers.stages import Stage, stage_of
from emulator.template.section import Section

TYPE = "AWS::ApiGatewayV2::Api"
_KNOWN = frozenset(["Name", "ProtocolType", "Body", "BodyS3Location", "CorsConfiguration", "Target", "RouteKey"])
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "BasePath": "routes are served as the body writes them",
        "CredentialsArn": "functions are called without a role here",
        "DisableExecuteApiEndpoint": "the API is served at its local URL",
        "DisableSchemaValidation": "it concerns WebSocket APIs",
        "IpAddressType": "the API is served on this machine's loopback address",
        "Version": "it has no effect on requests",
    }
)


def is_http(section: Section) -> bool:
    return section.text("ProtocolType", "HTTP") != "WEBSOCKET"


def read_http_apis(reading: Reading, functions: FunctionIndex) -> dict[str, HttpApi]:
    """Logical id -> HTTP API, in template order; raises UnsupportedError where authorisation would be lost."""
    apis = {}
    for logical_id, section in reading.of(TYPE):
        if not is_http(section):
            continue
        stage = Stage() if "Target" in section else None
        stage = stage_of(reading, reading.names.id(logical_id)) or stage
        if stage is None:
            reading.ignore(section, "", "it has no stage, so AWS would not serve it either")
            continue
        apis[logical_id] = _api(reading, logical_id, section, stage, functions)
    note_custom_domains(reading, "AWS::ApiGatewayV2::DomainName")
    return apis


def _api(reading: Reading, logical_id: str, section: Section, stage: Stage, functions: FunctionIndex) -> HttpApi:
    api_id = reading.names.id(logical_id)
    table = RouteTable()
    body = _body(reading, section)
    body_cors = read_body(body, functions, stage.variables, table) if body.values else None
    add_quick_create(section, functions, table)
    add_routes(reading, api_id, functions, stage.variables, table)
    table.settle(reading)
    reading.ignore_others(section, _KNOWN, _REASONS)
    _note_unknown_settings(reading, stage, table)
    title = body.sub("info").text("title", logical_id)
    return HttpApi(
        logical_id=logical_id,
        api_id=api_id,
        name=section.text("Name", title),
        place=section.places.resource(logical_id),
        stage=stage.name,
        stage_variables=stage.variables,
        routes=tuple(_throttled(route, stage) for route in table.routes.values()),
        authorizers=table.authorizers,
        cors=_cors(section, body_cors),
        throttle=stage.throttle,
        access_log_group=stage.log_group,
        access_log_format=stage.log_format,
    )


def _body(reading: Reading, section: Section) -> Section:
    """The body in the template, or in a file beside it (which the AWS CLI would upload on deployment)."""
    location = section.values.get("BodyS3Location")
    if isinstance(location, str) and not location.startswith("s3://"):
        document = read(reading.folder / location)
        return Section(section.owner, document.value, (), document.places)
    if location is not None:
        raise section.unsupported("BodyS3Location", found="a body in S3", fix="Point it at a file beside the template.")
    return section.sub("Body")


def _cors(section: Section, from_body: Cors | None) -> Cors | None:
    return read_cors(section.sub("CorsConfiguration")) or from_body


def _throttled(route: Route, stage: Stage) -> Route:
    throttle = stage.route_throttles.get(route_key(route))
    return replace(route, throttle=throttle) if throttle else route


def _note_unknown_settings(reading: Reading, stage: Stage, table: RouteTable) -> None:
    if stage.settings is not None:
        for key in unknown_settings(table.routes, stage.settings.values):
            reading.ignore(stage.settings, key, "the API has no such route")
