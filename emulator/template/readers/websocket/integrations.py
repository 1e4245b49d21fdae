"""Where a route of a WebSocket API leads: a function of this stack, a mock, or a reason why it cannot be served.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-integration.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from emulator.model.websocket_apis import CONNECT, WebSocketIntegration
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.permissions import tell_missing_permission
from emulator.template.readers.reading import Reading
from emulator.template.readers.websocket.mocks import read_mock
from emulator.template.section import Section

_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")
_LONGEST_MS = 29_000


def read_integration(
    reading: Reading, route: Section, functions: FunctionIndex, variables: Mapping[str, str]
) -> WebSocketIntegration:
    """What a route's Target names; a $connect that cannot run refuses to start, because it may refuse connections."""
    section = _target(reading, route)
    if section is None:
        return _unserved(reading, route, "it has no Target")
    kind = section.text("IntegrationType", "")
    if kind == "MOCK":
        mock = read_mock(reading, section)
        return _unserved(reading, route, mock) if isinstance(mock, str) else mock
    if kind != "AWS_PROXY":
        return _unserved(reading, route, f"{kind or 'an empty'} integration: only AWS_PROXY and MOCK are served here")
    uri = _STAGE_VARIABLE.sub(
        lambda match: variables.get(match.group(1), match.group()), section.text("IntegrationUri")
    )
    function = functions.find(uri)
    if function is None:
        return _unserved(reading, route, f"{uri} does not run here")
    if "CredentialsArn" not in section:
        tell_missing_permission(reading, functions, function, "apigateway.amazonaws.com", section, "IntegrationUri")
    timeout_ms = section.number("TimeoutInMillis", _LONGEST_MS, 50, _LONGEST_MS)
    return WebSocketIntegration("lambda", function, timeout_ms=timeout_ms)


def _target(reading: Reading, route: Section) -> Section | None:
    target = route.optional_text("Target")
    if target is None:
        return None
    wanted = target.removeprefix("integrations/")
    for logical_id, section in reading.of("AWS::ApiGatewayV2::Integration"):
        if reading.names.id(logical_id) == wanted:
            return section
    raise route.fault(
        "Target", found=target, fix="Write integrations/ followed by Ref of an integration of this template."
    )


def _unserved(reading: Reading, route: Section, reason: str) -> WebSocketIntegration:
    key = route.text("RouteKey")
    if key == CONNECT and "Target" in route:
        raise route.unsupported(
            "Target", found=reason, fix=f"{CONNECT} may refuse connections; without it anybody could connect here."
        )
    reading.ignore(route, "Target", f"messages to route {key} fail: {reason}")
    return WebSocketIntegration("unserved")
