"""Resources, methods, authorizers, models and validators of a REST API that are resources of their own.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-method.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.model import MethodResponse, RequestValidation, RestMethod
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.reading import Reading
from emulator.template.readers.rest.authorizers import IAM, read_authorizer
from emulator.template.readers.rest.integrations import read_integration
from emulator.template.readers.rest.resource_paths import resource_paths
from emulator.template.readers.rest.table import Authorization, RestTable
from emulator.template.section import Section

_KNOWN = frozenset(
    [
        "ApiKeyRequired",
        "AuthorizationScopes",
        "AuthorizationType",
        "AuthorizerId",
        "HttpMethod",
        "Integration",
        "MethodResponses",
        "OperationName",
        "RequestModels",
        "RequestParameters",
        "RequestValidatorId",
        "ResourceId",
        "RestApiId",
    ]
)


def add_methods(reading: Reading, functions: FunctionIndex, table: RestTable) -> None:
    """Adds every AWS::ApiGateway::Method of the API to the table."""
    _add_models(reading, table)
    paths = resource_paths(reading, table.api_id)
    for _, section in reading.of("AWS::ApiGateway::Method"):
        if section.text("RestApiId") != table.api_id:
            continue
        resource_id = section.text("ResourceId")
        if resource_id not in paths:
            raise section.fault("ResourceId", found=repr(resource_id), fix="Name a resource of this API with Ref.")
        authorization = _authorization(reading, section, functions, table)
        method = _method(reading, section, paths[resource_id], resource_id, authorization, functions, table)
        table.add(section, method, authorization)
        reading.ignore_others(section, _KNOWN, {})


def _method(
    reading: Reading,
    section: Section,
    path: str,
    resource_id: str,
    authorization: Authorization,
    functions: FunctionIndex,
    table: RestTable,
) -> RestMethod:
    authorizer = authorization.authorizer
    return RestMethod(
        http_method=section.text("HttpMethod").upper(),
        resource_path=path,
        resource_id=resource_id,
        integration=read_integration(section.sub("Integration"), functions, table.variables),
        authorizer=authorizer.name if authorizer else None,
        scopes=authorization.scopes,
        api_key_required=authorization.api_key_required,
        request_parameters={name: section.sub("RequestParameters").flag(name) for name in _names(section)},
        request_models=section.text_map("RequestModels"),
        validation=_validation(reading, section),
        responses={response.status: response for response in map(_response, section.subs("MethodResponses"))},
        operation_name=section.optional_text("OperationName"),
    )


def _names(section: Section) -> Mapping[str, Any]:
    return section.sub("RequestParameters").values


def _authorization(reading: Reading, method: Section, functions: FunctionIndex, table: RestTable) -> Authorization:
    keyed = method.flag("ApiKeyRequired")
    kind = method.text("AuthorizationType", "NONE").upper()
    if kind == "NONE":
        return Authorization(api_key_required=keyed)
    if kind == "AWS_IAM":
        return Authorization(IAM, api_key_required=keyed)
    if kind not in ("CUSTOM", "COGNITO_USER_POOLS"):
        raise method.unsupported(
            "AuthorizationType",
            found=repr(kind),
            fix="Terrarium runs AWS_IAM, CUSTOM (Lambda) and COGNITO_USER_POOLS; this method would be open here.",
        )
    wanted = method.text("AuthorizerId")
    for logical_id, section in reading.of("AWS::ApiGateway::Authorizer"):
        if reading.names.id(logical_id) == wanted:
            name = section.text("Name", logical_id)
            authorizer = read_authorizer(name, section, functions, table.variables)
            return Authorization(authorizer, method.texts("AuthorizationScopes"), keyed)
    raise method.unsupported("AuthorizerId", found=repr(wanted), fix="Name an authorizer of this template with Ref.")


def _validation(reading: Reading, method: Section) -> RequestValidation:
    wanted = method.optional_text("RequestValidatorId")
    if wanted is None:
        return RequestValidation()
    for logical_id, section in reading.of("AWS::ApiGateway::RequestValidator"):
        if reading.names.id(logical_id) == wanted:
            return RequestValidation(section.flag("ValidateRequestBody"), section.flag("ValidateRequestParameters"))
    raise method.unsupported(
        "RequestValidatorId", found=repr(wanted), fix="Name a validator of this template with Ref."
    )


def _add_models(reading: Reading, table: RestTable) -> None:
    for logical_id, section in reading.of("AWS::ApiGateway::Model"):
        if section.text("RestApiId") == table.api_id:
            table.models[section.text("Name", reading.names.id(logical_id))] = _schema(section)


def _schema(section: Section) -> Mapping[str, Any]:
    """A mapping, or JSON as text."""
    written = section.values.get("Schema")
    if isinstance(written, str):
        try:
            written = json.loads(written)
        except (ValueError, RecursionError) as error:
            raise section.fault("Schema", found=str(error)[:80], fix="Write a JSON schema.") from None
    if written is not None and not isinstance(written, dict):
        raise section.fault("Schema", found=repr(written)[:60], fix="Write a JSON schema.")
    return written or {}


def _response(section: Section) -> MethodResponse:
    parameters = section.sub("ResponseParameters")
    return MethodResponse(
        section.number("StatusCode", 200, 100, 599),
        {name: parameters.flag(name) for name in parameters.values},
        section.text_map("ResponseModels"),
    )
