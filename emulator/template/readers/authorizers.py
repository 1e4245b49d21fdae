"""JWT and Lambda authorizers of an HTTP API. An authorizer that cannot run here refuses to start: never fail open.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-authorizer.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
"""

from __future__ import annotations

import re
from typing import Any, Literal

from emulator.model import Authorizer
from emulator.template.readers.authorizer_parts import authorizer_function, identity_sources, openapi_extension
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.section import Section

_IDENTITY_SOURCE = re.compile(
    r"\$request\.(header|querystring)\.[^\s,$]+|\$context\.[A-Za-z0-9_.]+|\$stageVariables\.[A-Za-z0-9_]+"
)
# The names of the same property in an OpenAPI document.
_OPENAPI = {
    "type": "AuthorizerType",
    "authorizerUri": "AuthorizerUri",
    "authorizerPayloadFormatVersion": "AuthorizerPayloadFormatVersion",
    "authorizerResultTtlInSeconds": "AuthorizerResultTtlInSeconds",
    "enableSimpleResponses": "EnableSimpleResponses",
    "identitySource": "IdentitySource",
    "jwtConfiguration": "JwtConfiguration",
}


def from_openapi(name: str, scheme: Section, functions: FunctionIndex) -> Authorizer:
    """A security scheme with x-amazon-apigateway-authorizer; any other scheme is refused."""
    extension = openapi_extension(name, scheme, "JWT and Lambda")
    values: dict[str, Any] = {_OPENAPI.get(key, key): value for key, value in extension.values.items()}
    values["AuthorizerType"] = str(values.get("AuthorizerType", "")).upper()
    jwt = values.get("JwtConfiguration")
    if isinstance(jwt, dict):
        values["JwtConfiguration"] = {key[:1].upper() + key[1:]: value for key, value in jwt.items()}
    return read_authorizer(name, Section(scheme.owner, values, extension.trail, scheme.places), functions)


def read_authorizer(name: str, section: Section, functions: FunctionIndex) -> Authorizer:
    """An authorizer by the property names of AWS::ApiGatewayV2::Authorizer; raises UnsupportedError."""
    kind = section.text("AuthorizerType")
    if kind == "JWT":
        return _jwt(name, section)
    if kind == "REQUEST":
        return _lambda(name, section, functions)
    raise section.unsupported("AuthorizerType", found=repr(kind), fix="Terrarium runs JWT and REQUEST authorizers.")


def _jwt(name: str, section: Section) -> Authorizer:
    configuration = section.sub("JwtConfiguration")
    audience = configuration.texts("Audience")
    if not audience:
        raise configuration.fault(
            "Audience", what="is missing", found="no audience", fix="Name who the tokens are for."
        )
    return Authorizer(
        name=name,
        kind="jwt",
        identity_sources=_identity_sources(section) or ("$request.header.Authorization",),
        issuer=configuration.text("Issuer"),
        audience=audience,
        ttl_s=0,
    )


def _lambda(name: str, section: Section, functions: FunctionIndex) -> Authorizer:
    function = authorizer_function(section, functions, section.text("AuthorizerUri"))
    sources = _identity_sources(section)
    version: Literal["1.0", "2.0"] = (
        "1.0" if section.one_of("AuthorizerPayloadFormatVersion", ("1.0", "2.0"), "1.0") == "1.0" else "2.0"
    )
    simple = section.flag("EnableSimpleResponses")
    if simple and version == "1.0":
        raise section.fault(
            "EnableSimpleResponses", found="payload format 1.0", fix="AWS allows simple responses with 2.0 only."
        )
    # Without identity sources nothing can be looked up in a cache, so AWS does not cache.
    ttl_s = section.number("AuthorizerResultTtlInSeconds", 300, 0, 3600) if sources else 0
    return Authorizer(
        name=name,
        kind="lambda",
        identity_sources=sources,
        function=function,
        payload_version=version,
        simple_responses=simple,
        ttl_s=ttl_s,
    )


def _identity_sources(section: Section) -> tuple[str, ...]:
    return identity_sources(section, _IDENTITY_SOURCE, "Write $request.header.Name or $request.querystring.name.")
