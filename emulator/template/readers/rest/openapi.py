"""The OpenAPI body of a REST API, swagger 2.0 or OpenAPI 3.0, with x-amazon-apigateway-* extensions.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from emulator.model import GatewayResponse, MethodResponse, RequestValidation, RestMethod
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.reading import Reading
from emulator.template.readers.rest import integrations
from emulator.template.readers.rest.openapi_requests import add_models, request_models, request_parameters
from emulator.template.readers.rest.openapi_security import authorization_of
from emulator.template.readers.rest.table import VERBS, RestTable
from emulator.template.section import Section

_INTEGRATION = "x-amazon-apigateway-integration"
_ANY = "x-amazon-apigateway-any-method"
_VALIDATOR = "x-amazon-apigateway-request-validator"


def read_body(reading: Reading, body: Section, functions: FunctionIndex, table: RestTable) -> None:
    """Adds everything in the body to the table."""
    _check_version(body)
    add_models(body, table)
    for path, verb, operation, shared in _operations(body):
        add = _method(reading, body, operation, shared, path, verb, functions, table)
        authorization = authorization_of(body, operation, functions, table.variables)
        authorizer = authorization.authorizer
        method = replace(
            add,
            authorizer=authorizer.name if authorizer else None,
            scopes=authorization.scopes,
            api_key_required=authorization.api_key_required,
        )
        table.add(operation, method, authorization)
    for response_type, section in body.sub("x-amazon-apigateway-gateway-responses").mappings():
        table.gateway_responses[response_type] = GatewayResponse(
            response_type,
            section.optional_number("statusCode", 100, 599),
            section.text_map("responseParameters"),
            section.text_map("responseTemplates"),
        )


def _check_version(body: Section) -> None:
    named = str(body.values.get("openapi") or body.values.get("swagger"))
    if not named.startswith(("2.", "3.")):
        raise body.fault("swagger", found=f"version {named}", fix="REST APIs take swagger 2.0 and OpenAPI 3.0.")


def _operations(body: Section) -> Iterator[tuple[str, str, Section, Section]]:
    """Path, verb, the operation and the path item around it."""
    for path, item in body.sub("paths").mappings():
        for name in item.values:
            verb = "ANY" if name == _ANY else name.upper()
            if verb in VERBS and item.values[name] is not None and not (verb == "ANY" and name != _ANY):
                owner = f"Method {verb} {path} of {body.owner}"
                yield path, verb, replace(item.sub(name), owner=owner, prefix=""), item


def _method(
    reading: Reading,
    body: Section,
    operation: Section,
    item: Section,
    path: str,
    verb: str,
    functions: FunctionIndex,
    table: RestTable,
) -> RestMethod:
    return RestMethod(
        http_method=verb,
        resource_path=path,
        resource_id=reading.names.id(f"{table.api_id}{path}", 6),
        integration=integrations.from_openapi(_integration(body, operation), functions, table.variables),
        request_parameters=request_parameters(body, item, operation),
        request_models=request_models(body, operation, f"{verb}{path}", table),
        validation=_validation(body, operation),
        responses=_responses(operation),
        operation_name=operation.optional_text("operationId"),
    )


def _integration(body: Section, operation: Section) -> Section:
    section = operation.sub(_INTEGRATION)
    reference = section.optional_text("$ref")
    if reference is not None:
        shared = body.sub("components").sub("x-amazon-apigateway-integrations")
        section = shared.sub(reference.rpartition("/")[2])
    return section


def _validation(body: Section, operation: Section) -> RequestValidation:
    """The operation's own validator, else the document's."""
    name = operation.optional_text(_VALIDATOR) or body.optional_text(_VALIDATOR)
    if name is None:
        return RequestValidation()
    validators = body.sub("x-amazon-apigateway-request-validators")
    if name not in validators:
        raise operation.unsupported(
            _VALIDATOR, found=repr(name), fix="Define it in x-amazon-apigateway-request-validators."
        )
    named = validators.sub(name)
    return RequestValidation(named.flag("validateRequestBody"), named.flag("validateRequestParameters"))


def _responses(operation: Section) -> Mapping[int, MethodResponse]:
    found = {}
    for name, response in operation.sub("responses").mappings():
        if name.isdigit():
            headers = {f"method.response.header.{header}": False for header in response.sub("headers").values}
            found[int(name)] = MethodResponse(int(name), headers)
    return found
