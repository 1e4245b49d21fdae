"""AWS::ApiGatewayV2::Api with ProtocolType WEBSOCKET -> model.WebSocketApi.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-api.html
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from emulator.model.websocket_apis import WebSocketApi
from emulator.payloads.route_selection import is_supported
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.http_apis import TYPE, is_http
from emulator.template.readers.reading import Reading
from emulator.template.readers.stages import Stage, stage_of
from emulator.template.readers.websocket.routes import read_routes
from emulator.template.section import Section

_KNOWN = frozenset(["Name", "ProtocolType", "RouteSelectionExpression"])
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "ApiKeySelectionExpression": "a route that requires an API key refuses to start here",
        "DisableExecuteApiEndpoint": "the API is served at its local URL",
        "DisableSchemaValidation": "messages are not validated here",
        "IpAddressType": "the API is served on this machine's loopback address",
        "Version": "it has no effect on messages",
    }
)


def read_websocket_apis(reading: Reading, functions: FunctionIndex) -> dict[str, WebSocketApi]:
    """Logical id -> WebSocket API, in template order; raises UnsupportedError where authorisation would be lost."""
    apis = {}
    for logical_id, section in reading.of(TYPE):
        if is_http(section):
            continue
        stage = stage_of(reading, reading.names.id(logical_id))
        if stage is None:
            reading.ignore(section, "", "it has no stage, so AWS would not serve it either")
            continue
        apis[logical_id] = _api(reading, logical_id, section, stage, functions)
    return apis


def _api(reading: Reading, logical_id: str, section: Section, stage: Stage, functions: FunctionIndex) -> WebSocketApi:
    api_id = reading.names.id(logical_id)
    expression = section.text("RouteSelectionExpression")
    if not is_supported(expression):
        raise section.fault(
            "RouteSelectionExpression", found=repr(expression)[:60], fix="Name a part of the message: $request.body.x."
        )
    reading.ignore_others(section, _KNOWN, _REASONS)
    routes, authorizers = read_routes(reading, api_id, functions, stage)
    for key in stage.settings.values if stage.settings is not None else ():
        if stage.settings is not None and key not in routes:
            reading.ignore(stage.settings, key, "the API has no such route")
    return WebSocketApi(
        logical_id=logical_id,
        api_id=api_id,
        name=section.text("Name", logical_id),
        place=section.places.resource(logical_id),
        stage=stage.name,
        stage_variables=stage.variables,
        selection_expression=expression,
        routes=routes,
        authorizers=authorizers,
        throttle=stage.throttle,
        access_log_group=stage.log_group,
        access_log_format=stage.log_format,
    )
