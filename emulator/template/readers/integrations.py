"""Where a route of an HTTP API leads: a Lambda function of this stack, or a reason why it cannot be served.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-integration.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from emulator.template.readers.function_index import FunctionIndex
from emulator.template.section import Section

_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")
_OPENAPI = {
    "type": "IntegrationType",
    "uri": "IntegrationUri",
    "payloadFormatVersion": "PayloadFormatVersion",
    "timeoutInMillis": "TimeoutInMillis",
    "requestParameters": "RequestParameters",
    "responseParameters": "ResponseParameters",
    "integrationSubtype": "IntegrationSubtype",
}


@dataclass(frozen=True, slots=True)
class Integration:
    """`function` is None when the integration cannot run here; `reason` then says why."""

    function: str | None
    payload_version: Literal["1.0", "2.0"] = "2.0"
    timeout_ms: int = 30_000
    reason: str = ""


def from_openapi(section: Section, functions: FunctionIndex, variables: Mapping[str, str]) -> Integration:
    """x-amazon-apigateway-integration."""
    values: dict[str, Any] = {_OPENAPI.get(key, key): value for key, value in section.values.items()}
    values["IntegrationType"] = str(values.get("IntegrationType", "")).upper()
    return read_integration(Section(section.owner, values, section.trail, section.places), functions, variables)


def read_integration(section: Section, functions: FunctionIndex, variables: Mapping[str, str]) -> Integration:
    """By the property names of AWS::ApiGatewayV2::Integration."""
    kind = section.text("IntegrationType", "")
    if kind != "AWS_PROXY" or "IntegrationSubtype" in section:
        return Integration(None, reason=f"{kind or 'an empty'} integration: only Lambda functions are served here")
    uri = _STAGE_VARIABLE.sub(
        lambda match: variables.get(match.group(1), match.group()), section.text("IntegrationUri")
    )
    function = functions.find(uri)
    if function is None:
        return Integration(None, reason=f"{uri} does not run here")
    _check_parameters(section)
    first: bool = section.one_of("PayloadFormatVersion", ("1.0", "2.0"), "1.0") == "1.0"
    return Integration(function, "1.0" if first else "2.0", section.number("TimeoutInMillis", 30_000, 50, 30_000))


def _check_parameters(section: Section) -> None:
    """Parameter mapping may take away what a client sends to pose as somebody else, so it is never dropped."""
    for name in ("RequestParameters", "ResponseParameters"):
        if section.values.get(name):
            raise section.unsupported(
                name, what=f"{name} cannot run here", found="parameter mapping", fix="Do this in the function instead."
            )
