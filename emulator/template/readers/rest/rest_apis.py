"""AWS::ApiGateway::RestApi with all its parts -> model.RestApi.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-restapi.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

from emulator.model import RestApi, RestMethod
from emulator.template.document import read
from emulator.template.readers.custom_domains import note_custom_domains
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.reading import Reading
from emulator.template.readers.rest.gateway_responses import add_gateway_responses
from emulator.template.readers.rest.method_resources import add_methods
from emulator.template.readers.rest.openapi import read_body
from emulator.template.readers.rest.policies import policy_of
from emulator.template.readers.rest.stages import RestStage, stages_of
from emulator.template.readers.rest.table import RestTable
from emulator.template.readers.rest.usage_plans import usage_plans_of
from emulator.template.sam_artifacts import local_path
from emulator.template.section import Section

TYPE = "AWS::ApiGateway::RestApi"
_LARGEST_COMPRESSION = 10 * 1024 * 1024
_KNOWN = frozenset(
    ["ApiKeySourceType", "BinaryMediaTypes", "Body", "BodyS3Location", "MinimumCompressionSize", "Name", "Policy"]
)
# Of no consequence for who may call what, and how.
_SILENT = frozenset(["EndpointConfiguration", "FailOnWarnings", "Mode", "Parameters"])
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "CloneFrom": "there is no other API to copy",
        "DisableExecuteApiEndpoint": "the API is served at its local URL",
        "SecurityPolicy": "there is no TLS here",
    }
)


def read_rest_apis(reading: Reading, functions: FunctionIndex) -> dict[str, RestApi]:
    """Logical id -> REST API, in template order; raises UnsupportedError where authorisation would be lost."""
    apis = {}
    for logical_id, section in reading.of(TYPE):
        api_id = reading.names.id(logical_id)
        at_stages = [_api(reading, logical_id, section, one, functions) for one in stages_of(reading, api_id)]
        if at_stages:
            apis[logical_id] = replace(at_stages[0], further_stages=tuple(at_stages[1:]))
        else:
            reading.ignore(section, "", "it has no stage, so AWS would not serve it either")
    note_custom_domains(reading, "AWS::ApiGateway::DomainName")
    return apis


def _api(reading: Reading, logical_id: str, section: Section, stage: RestStage, functions: FunctionIndex) -> RestApi:
    api_id = reading.names.id(logical_id)
    body = _body(reading, section)
    table = RestTable(api_id, stage.variables)
    if body.values:
        read_body(reading, body, functions, table)
    add_methods(reading, functions, table)
    add_gateway_responses(reading, table)
    table.list_not_run(reading)
    table.tell_missing_permissions(reading, functions)
    reading.ignore_others(section, _KNOWN | _SILENT, _REASONS)
    return RestApi(
        logical_id=logical_id,
        api_id=api_id,
        name=section.text("Name", body.sub("info").text("title", logical_id)),
        place=section.places.resource(logical_id),
        stage=stage.name,
        deployment_id=stage.deployment_id,
        stage_variables=stage.variables,
        methods=tuple(_throttled(method, stage) for method in table.methods.values()),
        authorizers=table.authorizers,
        models=table.models,
        gateway_responses=table.gateway_responses,
        usage_plans=usage_plans_of(reading, api_id, stage.name),
        api_key_source=_api_key_source(section, body),
        binary_media_types=_binary_media_types(section, body),
        minimum_compression_bytes=_minimum_compression(section, body),
        policy=policy_of(reading, section, body, api_id),
        throttle=stage.throttle,
        access_log_group=stage.log_group,
        access_log_format=stage.log_format,
    )


def _body(reading: Reading, section: Section) -> Section:
    """The body in the template, or in a file beside it (which the AWS CLI would upload on deployment)."""
    location = section.values.get("BodyS3Location")
    if location is None:
        return section.sub("Body")
    path = local_path(_as_code(location))
    if path is None:
        raise section.unsupported("BodyS3Location", found="a body in S3", fix="Point it at a file beside the template.")
    document = read(reading.folder / path)
    return Section(section.owner, document.value, (), document.places)


def _as_code(location: Any) -> Any:
    """A BodyS3Location names its bucket and key otherwise than code does."""
    if isinstance(location, dict):
        return {"S3Bucket": location.get("Bucket"), "S3Key": location.get("Key")}
    return location


def _throttled(method: RestMethod, stage: RestStage) -> RestMethod:
    throttles = stage.method_throttles
    own = throttles.get((method.resource_path, method.http_method)) or throttles.get((method.resource_path, "*"))
    return replace(method, throttle=own) if own else method


def _api_key_source(section: Section, body: Section) -> Literal["HEADER", "AUTHORIZER"]:
    named = body.text("x-amazon-apigateway-api-key-source", "HEADER")
    source = section.one_of("ApiKeySourceType", ("HEADER", "AUTHORIZER"), named)
    return "AUTHORIZER" if source == "AUTHORIZER" else "HEADER"


def _binary_media_types(section: Section, body: Section) -> tuple[str, ...]:
    """SAM writes a slash as ~1 in the property."""
    named = (*section.texts("BinaryMediaTypes"), *body.texts("x-amazon-apigateway-binary-media-types"))
    return tuple(dict.fromkeys(name.replace("~1", "/") for name in named))


def _minimum_compression(section: Section, body: Section) -> int | None:
    own = section.optional_number("MinimumCompressionSize", 0, _LARGEST_COMPRESSION)
    name = "x-amazon-apigateway-minimum-compression-size"
    return body.optional_number(name, 0, _LARGEST_COMPRESSION) if own is None else own
