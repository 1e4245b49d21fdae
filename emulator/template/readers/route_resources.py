"""Routes, integrations and authorizers of an HTTP API that are resources of their own, and quick-create targets.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-route.html
"""

from __future__ import annotations

from collections.abc import Mapping

from emulator.template.readers.authorizers import read_authorizer
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.integrations import Integration, read_integration
from emulator.template.readers.reading import Reading
from emulator.template.readers.routes import Authorization, RouteTable, check_key
from emulator.template.section import Section

_KNOWN = frozenset(
    [
        "ApiId",
        "RouteKey",
        "Target",
        "AuthorizationType",
        "AuthorizerId",
        "AuthorizationScopes",
        "OperationName",
        "ApiKeyRequired",
    ]
)


def add_routes(
    reading: Reading, api_id: str, functions: FunctionIndex, variables: Mapping[str, str], table: RouteTable
) -> None:
    """Adds every AWS::ApiGatewayV2::Route of the API to the table."""
    for _, section in reading.of("AWS::ApiGatewayV2::Route"):
        if section.text("ApiId") != api_id:
            continue
        if section.flag("ApiKeyRequired"):
            raise section.unsupported(
                "ApiKeyRequired", found="true", fix="HTTP APIs have no API keys; use an authorizer."
            )
        method, path = split_key(section, "RouteKey")
        integration = _integration(reading, section, functions, variables)
        authorization = _authorization(reading, section, functions)
        table.add(section, method, path, integration, authorization, section.optional_text("OperationName"))
        reading.ignore_others(section, _KNOWN, {})


def add_quick_create(api: Section, functions: FunctionIndex, table: RouteTable) -> None:
    """`Target` on the API itself makes one public route, by RouteKey or `$default`, with payload 2.0."""
    target = api.optional_text("Target")
    if target is None:
        return
    method, path = split_key(api, "RouteKey") if "RouteKey" in api else ("ANY", "$default")
    function = functions.find(target)
    integration = Integration(function, reason=f"{target} does not run here")
    table.add(api, method, path, integration, Authorization())


def split_key(section: Section, name: str) -> tuple[str, str]:
    key = section.text(name)
    if key == "$default":
        return "ANY", "$default"
    method, _, path = key.partition(" ")
    check_key(section, name, method, path.strip())
    return method, path.strip()


def _integration(
    reading: Reading, route: Section, functions: FunctionIndex, variables: Mapping[str, str]
) -> Integration:
    target = route.optional_text("Target")
    if target is None:
        return Integration(None, reason="it has no Target")
    wanted = target.removeprefix("integrations/")
    for logical_id, section in reading.of("AWS::ApiGatewayV2::Integration"):
        if reading.names.id(logical_id) == wanted:
            return read_integration(section, functions, variables)
    raise route.fault(
        "Target", found=target, fix="Write integrations/ followed by Ref of an integration of this template."
    )


def _authorization(reading: Reading, route: Section, functions: FunctionIndex) -> Authorization:
    kind = route.text("AuthorizationType", "NONE")
    if kind == "NONE":
        return Authorization()
    if kind not in ("JWT", "CUSTOM"):
        raise route.unsupported(
            "AuthorizationType",
            found=kind,
            fix="Terrarium runs JWT and CUSTOM (Lambda) authorizers; this route would be open here.",
        )
    wanted = route.text("AuthorizerId")
    for logical_id, section in reading.of("AWS::ApiGatewayV2::Authorizer"):
        if reading.names.id(logical_id) == wanted:
            authorizer = read_authorizer(section.text("Name", logical_id), section, functions)
            return Authorization(authorizer, route.texts("AuthorizationScopes"))
    raise route.unsupported("AuthorizerId", found=wanted, fix="Name an authorizer of this template with Ref.")
