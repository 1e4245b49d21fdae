"""TOKEN, REQUEST and Cognito authorizers of a REST API. One that cannot run here refuses to start: never fail open.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-authorizer.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emulator.model import RestAuthorizer
from emulator.template.readers.authorizer_parts import authorizer_function, identity_sources, openapi_extension
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.section import Section

IAM = RestAuthorizer("AWS_IAM", "iam", ttl_s=0)
"""Calls signed with AWS credentials."""
_SOURCE = re.compile(r"method\.request\.(header|querystring)\.[^\s,]+|stageVariables\.\w+|context\.[\w.]+")
_LARGEST_TTL_S = 3600
_OPENAPI = {
    "authorizerUri": "AuthorizerUri",
    "authorizerResultTtlInSeconds": "AuthorizerResultTtlInSeconds",
    "identitySource": "IdentitySource",
    "identityValidationExpression": "IdentityValidationExpression",
    "providerARNs": "ProviderARNs",
    "type": "Type",
}


def from_openapi(name: str, scheme: Section, functions: FunctionIndex, variables: Mapping[str, str]) -> RestAuthorizer:
    """A security scheme with x-amazon-apigateway-authorizer; any other scheme is refused."""
    extension = openapi_extension(name, scheme, "token, request and Cognito")
    values: dict[str, Any] = {_OPENAPI.get(key, key): value for key, value in extension.values.items()}
    values["Type"] = str(values.get("Type", "")).upper()
    if values["Type"] != "REQUEST":
        # The scheme names the header; a REQUEST authorizer's says "Unused".
        values.setdefault("IdentitySource", f"method.request.header.{scheme.text('name', 'Authorization')}")
    return read_authorizer(name, Section(scheme.owner, values, extension.trail, scheme.places), functions, variables)


def read_authorizer(
    name: str, section: Section, functions: FunctionIndex, variables: Mapping[str, str]
) -> RestAuthorizer:
    """An authorizer by the property names of AWS::ApiGateway::Authorizer; raises UnsupportedError."""
    kind = section.text("Type").upper()
    if kind == "COGNITO_USER_POOLS":
        return _cognito(name, section)
    if kind not in ("TOKEN", "REQUEST"):
        raise section.unsupported(
            "Type", found=repr(kind), fix="Terrarium runs TOKEN, REQUEST and COGNITO_USER_POOLS authorizers."
        )
    token = kind == "TOKEN"
    sources = _sources(section, ("method.request.header.Authorization",) if token else ())
    ttl_s = section.number("AuthorizerResultTtlInSeconds", 300, 0, _LARGEST_TTL_S)
    if not sources and ttl_s:
        raise section.fault(
            "IdentitySource", what="is missing", found="a cached REQUEST authorizer", fix="Name what its cache goes by."
        )
    return RestAuthorizer(
        name=name,
        kind="token" if token else "request",
        identity_sources=sources,
        function=_function(section, functions, variables),
        validation_expression=_expression(section) if token else None,
        ttl_s=ttl_s,
    )


def _cognito(name: str, section: Section) -> RestAuthorizer:
    pools = section.texts("ProviderARNs")
    for arn in pools:
        # Before the pool exists its ARN is made up, so only the kind can be checked; a wrong one lets nobody in.
        if not arn.startswith("arn:") or ":cognito" not in arn:
            raise section.unsupported("ProviderARNs", found=repr(arn), fix="Name a user pool by its ARN.")
    if not pools:
        raise section.unsupported("ProviderARNs", found="no user pool", fix="Name the user pool by its ARN.")
    return RestAuthorizer(
        name=name,
        kind="cognito",
        identity_sources=_sources(section, ("method.request.header.Authorization",)),
        validation_expression=_expression(section),
        user_pool_arns=pools,
    )


def _function(section: Section, functions: FunctionIndex, variables: Mapping[str, str]) -> str:
    uri = section.text("AuthorizerUri")
    for variable, value in variables.items():
        uri = uri.replace(f"${{stageVariables.{variable}}}", value)
    return authorizer_function(section, functions, uri)


def _sources(section: Section, default: tuple[str, ...]) -> tuple[str, ...]:
    fix = "Write method.request.header.Name or method.request.querystring.name."
    return identity_sources(section, _SOURCE, fix) or default


def _expression(section: Section) -> str | None:
    expression = section.optional_text("IdentityValidationExpression") or None
    if expression is not None:
        try:
            re.compile(expression)
        except re.error as error:
            raise section.fault(
                "IdentityValidationExpression", found=f"{expression!r}: {error}"[:80], fix="Write a regular expression."
            ) from None
    return expression
