"""The OpenAPI 3 body of an HTTP API: its routes, authorizers and CORS.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from emulator.model import Cors
from emulator.template.readers import authorizers, integrations
from emulator.template.readers.cors import read_cors
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.integrations import Integration
from emulator.template.readers.routes import METHODS, Authorization, RouteTable, check_key
from emulator.template.section import Section

_INTEGRATION = "x-amazon-apigateway-integration"
_ANY = "x-amazon-apigateway-any-method"
# SAM writes this name for a route that opts out of the default authorizer; it is no security scheme.
_PUBLIC = "NONE"


def read_body(body: Section, functions: FunctionIndex, variables: Mapping[str, str], table: RouteTable) -> Cors | None:
    """Adds the routes of the body to the table and returns its CORS configuration."""
    if not body.text("openapi", "").startswith("3."):
        raise body.fault(
            "openapi",
            found=f"version {body.values.get('openapi') or body.values.get('swagger')!r}",
            fix="HTTP APIs take OpenAPI 3.0.",
        )
    for path, method, operation in _operations(body):
        check_key(operation, None, method, path)
        integration = _integration(body, operation, functions, variables)
        table.add(
            operation,
            method,
            path,
            integration,
            _authorization(body, operation, functions),
            operation.optional_text("operationId"),
        )
    return read_cors(body.sub("x-amazon-apigateway-cors"))


def _operations(body: Section) -> Iterator[tuple[str, str, Section]]:
    for path, item in body.sub("paths").mappings():
        for name in item.values:
            method = "ANY" if name == _ANY else name.upper()
            if method in METHODS and item.values[name] is not None:
                operation = replace(item.sub(name), owner=f"Route {method} {path} of {body.owner}", prefix="")
                yield path.removeprefix("/") if path == "/$default" else path, method, operation


def _integration(
    body: Section, operation: Section, functions: FunctionIndex, variables: Mapping[str, str]
) -> Integration:
    section = operation.sub(_INTEGRATION)
    reference = section.optional_text("$ref")
    if reference is not None:
        shared = body.sub("components").sub("x-amazon-apigateway-integrations")
        section = shared.sub(reference.rpartition("/")[2])
    if not section.values:
        return Integration(None, reason="it has no integration")
    return integrations.from_openapi(section, functions, variables)


def _authorization(body: Section, operation: Section, functions: FunctionIndex) -> Authorization:
    """An operation's own `security` wins over that of the document, as OpenAPI says; an empty list means public."""
    owner = operation if operation.values.get("security") is not None else body
    requirements = [requirement for requirement in owner.subs("security") if requirement.values]
    schemes = body.sub("components").sub("securitySchemes")
    needed = [
        (name, requirement)
        for requirement in requirements
        for name in requirement.values
        if name in schemes or name != _PUBLIC
    ]
    if not needed:
        return Authorization()
    if len(needed) > 1:
        names = ", ".join(name for name, _ in needed)
        raise owner.unsupported(
            "security", what="needs several authorizers", found=names, fix="An HTTP API route takes one."
        )
    name, requirement = needed[0]
    if name not in schemes:
        raise owner.unsupported(
            "security", what=f"names an unknown authorizer {name}", found="no such scheme", fix="Define it."
        )
    scheme = replace(schemes.sub(name), owner=operation.owner, prefix="")
    return Authorization(authorizers.from_openapi(name, scheme, functions), requirement.texts(name))
