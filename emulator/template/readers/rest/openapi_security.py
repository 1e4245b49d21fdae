"""What guards an OpenAPI operation of a REST API: an authorizer, an API key, or both.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.rest import authorizers
from emulator.template.readers.rest.authorizers import IAM
from emulator.template.readers.rest.table import Authorization
from emulator.template.section import Section

_AUTHORIZER = "x-amazon-apigateway-authorizer"
_AUTH_TYPE = "x-amazon-apigateway-authtype"
# SAM writes this name for a method that opts out of the default authorizer; it is no security scheme.
_PUBLIC = "NONE"


def authorization_of(
    body: Section, operation: Section, functions: FunctionIndex, variables: Mapping[str, str]
) -> Authorization:
    """An operation's own `security` wins over that of the document, as OpenAPI says; an empty list means public."""
    owner = operation if operation.values.get("security") is not None else body
    schemes = {**_schemes(body.sub("securityDefinitions")), **_schemes(body.sub("components").sub("securitySchemes"))}
    found = Authorization(IAM) if _is_signed(operation) else Authorization()
    for requirement in owner.subs("security"):
        for name in requirement.values:
            if name not in schemes and name == _PUBLIC:
                continue
            if name not in schemes:
                raise owner.unsupported(
                    "security", what=f"names an unknown authorizer {name}", found="no such scheme", fix="Define it."
                )
            scheme = replace(schemes[name], owner=operation.owner, prefix="")
            if _is_api_key(scheme):
                found = replace(found, api_key_required=True)
                continue
            authorizer = (
                IAM
                if scheme.values.get(_AUTH_TYPE) == "awsSigv4"
                else authorizers.from_openapi(name, scheme, functions, variables)
            )
            if _is_signed(operation) and owner is body:
                # The operation's own kind of authorization replaces the document's; keys are asked for all the same.
                continue
            if found.authorizer is not None and found.authorizer != authorizer:
                raise owner.unsupported(
                    "security",
                    what="needs several authorizers",
                    found=f"{found.authorizer.name}, {name}",
                    fix="A method takes one.",
                )
            found = replace(found, authorizer=authorizer, scopes=requirement.texts(name))
    return found


def _schemes(section: Section) -> dict[str, Section]:
    return dict(section.mappings())


def _is_api_key(scheme: Section) -> bool:
    if _AUTHORIZER in scheme or _AUTH_TYPE in scheme:
        return False
    return scheme.text("type", "") == "apiKey" and scheme.text("name", "").lower() == "x-api-key"


def _is_signed(operation: Section) -> bool:
    extension = operation.sub("x-amazon-apigateway-auth")
    kind = extension.text("type", "NONE").upper()
    if kind not in ("NONE", "AWS_IAM"):
        raise extension.unsupported("type", found=repr(kind), fix="Write NONE or AWS_IAM.")
    return kind == "AWS_IAM"
