"""What is behind a method of a REST API: a function, an HTTP server, a mock, or a reason why it is not served.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigateway-method-integration.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from emulator.model import IntegrationResponse, RestIntegration
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.section import Section

_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")
_PASSTHROUGH = ("WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER")
_HANDLING = ("CONVERT_TO_BINARY", "CONVERT_TO_TEXT")
_LONGEST_TIMEOUT_MS = 300_000


def from_openapi(section: Section, functions: FunctionIndex, variables: Mapping[str, str]) -> RestIntegration:
    """x-amazon-apigateway-integration, whose `responses` are keyed by selection pattern."""
    values = _capitalised(section.values)
    values["Type"] = str(values.get("Type", "")).upper()
    values["IntegrationHttpMethod"] = values.pop("HttpMethod", None)
    values["IntegrationResponses"] = [
        {**_capitalised(response.values), "SelectionPattern": None if pattern == "default" else pattern}
        for pattern, response in section.sub("responses").mappings()
    ]
    for name in ("PassthroughBehavior", "ContentHandling"):
        if isinstance(values.get(name), str):
            values[name] = values[name].upper()
    values.pop("Responses", None)
    return read_integration(Section(section.owner, values, section.trail, section.places), functions, variables)


def read_integration(section: Section, functions: FunctionIndex, variables: Mapping[str, str]) -> RestIntegration:
    """By the property names of AWS::ApiGateway::Method's Integration."""
    kind = section.text("Type", "").upper()
    if kind == "MOCK":
        return _mapped(section, "mock", None)
    if kind in ("AWS", "AWS_PROXY"):
        uri = _with(section.text("Uri"), variables)
        function = functions.find(uri)
        if function is None:
            return RestIntegration("not_run", reason=f"{uri} does not run here")
        return _mapped(section, "aws" if kind == "AWS" else "aws_proxy", function)
    if kind in ("HTTP", "HTTP_PROXY"):
        if section.text("ConnectionType", "INTERNET") == "VPC_LINK":
            return RestIntegration("not_run", reason="there is no VPC here")
        return _mapped(section, "http" if kind == "HTTP" else "http_proxy", None, _with(section.text("Uri"), variables))
    return RestIntegration("not_run", reason=f"{kind or 'an empty'} integration is not served here")


def _with(uri: str, variables: Mapping[str, str]) -> str:
    return _STAGE_VARIABLE.sub(lambda match: variables.get(match.group(1), match.group()), uri)


def _mapped(
    section: Section,
    kind: Literal["aws_proxy", "aws", "mock", "http_proxy", "http"],
    function: str | None,
    uri: str | None = None,
) -> RestIntegration:
    passthrough = section.one_of("PassthroughBehavior", _PASSTHROUGH, "WHEN_NO_MATCH")
    return RestIntegration(
        kind=kind,
        function=function,
        uri=uri,
        http_method=section.text("IntegrationHttpMethod", "POST"),
        request_parameters=section.text_map("RequestParameters"),
        request_templates=_templates(section, "RequestTemplates"),
        passthrough=_passthrough(passthrough),
        content_handling=_handling(section),
        timeout_ms=section.number("TimeoutInMillis", 29_000, 50, _LONGEST_TIMEOUT_MS),
        responses=tuple(_response(each) for each in section.subs("IntegrationResponses")),
    )


def _response(section: Section) -> IntegrationResponse:
    pattern = section.optional_text("SelectionPattern") or None
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise section.fault(
                "SelectionPattern", found=f"{pattern!r}: {error}"[:80], fix="Write a regular expression."
            ) from None
    return IntegrationResponse(
        status=section.number("StatusCode", 200, 100, 599),
        selection_pattern=pattern,
        parameters=section.text_map("ResponseParameters"),
        templates=_templates(section, "ResponseTemplates"),
        content_handling=_handling(section),
    )


def _templates(section: Section, name: str) -> dict[str, str]:
    """Exported documents have null for a content type without a template."""
    written = section.sub(name)
    return {content_type: written.text(content_type) for content_type in written.values if content_type in written}


def _passthrough(text: str) -> Literal["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]:
    if text == "NEVER":
        return "NEVER"
    return "WHEN_NO_TEMPLATES" if text == "WHEN_NO_TEMPLATES" else "WHEN_NO_MATCH"


def _handling(section: Section) -> Literal["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"] | None:
    if "ContentHandling" not in section:
        return None
    named = section.one_of("ContentHandling", _HANDLING, "CONVERT_TO_TEXT")
    return "CONVERT_TO_BINARY" if named == "CONVERT_TO_BINARY" else "CONVERT_TO_TEXT"


def _capitalised(values: Mapping[str, Any]) -> dict[str, Any]:
    """OpenAPI writes requestTemplates where CloudFormation writes RequestTemplates."""
    return {name[:1].upper() + name[1:]: value for name, value in values.items()}
