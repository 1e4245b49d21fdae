"""AWS::ApiGatewayV2::Authorizer of a WebSocket API: a Lambda function that is asked at every handshake.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
"""

from __future__ import annotations

import re

from emulator.model.websocket_apis import WebSocketAuthorizer
from emulator.template.readers.authorizer_parts import authorizer_function, identity_sources
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.permissions import tell_missing_permission
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_SOURCE = re.compile(r"route\.request\.(header|querystring)\.[^\s,]+|stageVariables\.\w+|context\.[A-Za-z0-9_.]+")
_KNOWN = frozenset(["ApiId", "Name", "AuthorizerType", "AuthorizerUri", "IdentitySource"])
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-authorizer.html
_REASONS = {
    "AuthorizerCredentialsArn": "functions are called without a role here",
    "AuthorizerPayloadFormatVersion": "AWS supports it for HTTP APIs only",
    "AuthorizerResultTtlInSeconds": "AWS supports it for HTTP APIs only: every handshake asks the authorizer",
    "EnableSimpleResponses": "AWS supports it for HTTP APIs only",
    "IdentityValidationExpression": "AWS does not use it for Lambda REQUEST authorizers",
}


def read_authorizer(reading: Reading, section: Section, functions: FunctionIndex, name: str) -> WebSocketAuthorizer:
    """Raises UnsupportedError for one that cannot run here."""
    kind = section.text("AuthorizerType")
    if kind != "REQUEST":
        raise section.unsupported("AuthorizerType", found=repr(kind), fix="WebSocket APIs have REQUEST authorizers.")
    function = authorizer_function(section, functions, section.text("AuthorizerUri"))
    if "AuthorizerCredentialsArn" not in section:
        tell_missing_permission(reading, functions, function, "apigateway.amazonaws.com", section, "AuthorizerUri")
    reading.ignore_others(section, _KNOWN, _REASONS)
    fix = "Write route.request.header.Name or route.request.querystring.name."
    return WebSocketAuthorizer(name, function, identity_sources(section, _SOURCE, fix))
