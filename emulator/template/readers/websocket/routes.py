"""AWS::ApiGatewayV2::Route of a WebSocket API -> model.WebSocketRoute. What guards a connection is never dropped.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-route.html
"""

from __future__ import annotations

from emulator.model.websocket_apis import CONNECT, WebSocketAuthorizer, WebSocketRoute
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.reading import Reading
from emulator.template.readers.stages import Stage
from emulator.template.readers.websocket.authorizers import read_authorizer
from emulator.template.readers.websocket.integrations import read_integration
from emulator.template.section import Section

_KNOWN = frozenset(
    [
        "ApiId",
        "RouteKey",
        "Target",
        "AuthorizationType",
        "AuthorizerId",
        "ApiKeyRequired",
        "OperationName",
        "RouteResponseSelectionExpression",
    ]
)
_REASONS = {
    "ModelSelectionExpression": "messages are not validated here",
    "RequestModels": "messages are not validated here",
    "AuthorizationScopes": "a Lambda authorizer of a WebSocket API has no scopes",
}


def read_routes(
    reading: Reading, api_id: str, functions: FunctionIndex, stage: Stage
) -> tuple[dict[str, WebSocketRoute], dict[str, WebSocketAuthorizer]]:
    """Routes by key and authorizers by name."""
    routes: dict[str, WebSocketRoute] = {}
    authorizers: dict[str, WebSocketAuthorizer] = {}
    for logical_id, section in reading.of("AWS::ApiGatewayV2::Route"):
        if section.text("ApiId") != api_id:
            continue
        key = section.text("RouteKey")
        authorizer = _authorizer(reading, section, functions, key)
        if authorizer is not None:
            authorizers[authorizer.name] = authorizer
        routes[key] = WebSocketRoute(
            key=key,
            integration=read_integration(reading, section, functions, stage.variables),
            two_way=_is_two_way(reading, section, logical_id),
            authorizer=authorizer.name if authorizer else None,
            throttle=stage.route_throttles.get(key),
        )
        reading.ignore_others(section, _KNOWN, _REASONS)
    return routes, authorizers


def _authorizer(reading: Reading, route: Section, functions: FunctionIndex, key: str) -> WebSocketAuthorizer | None:
    if route.flag("ApiKeyRequired"):
        raise route.unsupported(
            "ApiKeyRequired", found="true", fix="Terrarium has no API keys for WebSocket APIs; use an authorizer."
        )
    kind = route.text("AuthorizationType", "NONE")
    if kind == "NONE":
        return None
    if key != CONNECT:
        raise route.fault("AuthorizationType", found=f"{kind} on {key}", fix=f"AWS authorizes on {CONNECT} only.")
    if kind != "CUSTOM":
        raise route.unsupported(
            "AuthorizationType",
            found=kind,
            fix="Terrarium runs CUSTOM (Lambda) authorizers; anybody could connect here.",
        )
    wanted = route.text("AuthorizerId")
    for logical_id, section in reading.of("AWS::ApiGatewayV2::Authorizer"):
        if reading.names.id(logical_id) == wanted:
            return read_authorizer(reading, section, functions, section.text("Name", logical_id))
    raise route.unsupported("AuthorizerId", found=wanted, fix="Name an authorizer of this template with Ref.")


def _is_two_way(reading: Reading, route: Section, logical_id: str) -> bool:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html"""
    name = "RouteResponseSelectionExpression"
    if name not in route:
        return False
    if route.text(name) != "$default":
        raise route.fault(name, found=repr(route.text(name))[:40], fix="AWS allows $default only.")
    route_id = reading.names.id(logical_id)
    if any(section.text("RouteId") == route_id for _, section in reading.of("AWS::ApiGatewayV2::RouteResponse")):
        return True
    reading.ignore(route, name, "no AWS::ApiGatewayV2::RouteResponse belongs to this route, so nothing is sent back")
    return False
