"""Turns what a non-proxy integration answered into the method's response: selection, templates, headers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from emulator.gateway.rest.parameters import mapped_headers
from emulator.gateway.rest.ports import MappingFailedError, MappingTemplates, Overrides, Refusal
from emulator.model import IntegrationResponse, RestIntegration
from emulator.payloads.function_answer import header_pairs
from emulator.payloads.http_message import HttpResponse
from emulator.payloads.media_types import accepts_binary, is_binary
from emulator.payloads.remapped_headers import BY_MAPPING, NEVER_SENT, remapped
from emulator.payloads.rest_call import RestCall

_JSON = "application/json"
_MESSAGE = "Internal server error"
_UNMATCHED = Refusal("API_CONFIGURATION_ERROR", _MESSAGE, error="No match for output mapping and no default output")


class ResponseMapping:
    """The integration responses of one method, in the order of the template."""

    def __init__(self, integration: RestIntegration, templates: MappingTemplates) -> None:
        self._patterns = [
            # As in Java, a dot is any character but the end of a line.
            (re.compile(each.selection_pattern), each)
            for each in integration.responses
            if each.selection_pattern
        ]
        self._default = next((each for each in integration.responses if not each.selection_pattern), None)
        self._templates = templates

    def applied(
        self, call: RestCall, answer: HttpResponse, selector: str | None, handed_on: Overrides
    ) -> HttpResponse | Refusal:
        """The response; `selector` is what patterns are matched with: a status code, or a function's error message.
        `handed_on`: overrides of the request's template."""
        chosen = self._chosen(selector)
        if chosen is None:
            return _UNMATCHED
        try:
            return self._mapped(call, answer, chosen, handed_on)
        except (MappingFailedError, binascii.Error) as failed:
            return Refusal("API_CONFIGURATION_ERROR", _MESSAGE, error=str(failed))

    def _chosen(self, selector: str | None) -> IntegrationResponse | None:
        if selector is not None:
            for pattern, response in self._patterns:
                if pattern.fullmatch(selector):
                    return response
        return self._default

    def _mapped(
        self, call: RestCall, answer: HttpResponse, chosen: IntegrationResponse, handed_on: Overrides
    ) -> HttpResponse:
        body, content_type = _converted(call, answer, chosen), _type_of(answer)
        template_type = chosen_type(chosen.templates, call.request.header("accept"), exact=False)
        template = "" if template_type is None else chosen.templates[template_type]
        written = self._templates.of_response(
            template, call, body.decode("utf-8", "replace") if template else "", answer.status, handed_on
        )
        if template_type is not None:
            body, content_type = written.text.encode("utf-8", "replace"), template_type
        named = mapped_headers(chosen.parameters, "method.response", call, answer)
        headers = {"content-type": content_type, **_lower(named), **_lower(written.headers)}
        pairs = header_pairs(headers, NEVER_SENT)
        if pairs is None:
            raise MappingFailedError("A mapped header is not valid")
        return HttpResponse(written.status or chosen.status, remapped(pairs, BY_MAPPING), body)


def chosen_type(templates: Mapping[str, str], wanted: str | None, *, exact: bool) -> str | None:
    """The content type whose template is used: the wanted one, else JSON's, else the first; none where `exact`."""
    essence = (wanted or "").partition(",")[0].partition(";")[0].strip().lower()
    for content_type in templates:
        if content_type.partition(";")[0].strip().lower() == (essence or _JSON):
            return content_type
    if exact or not templates:
        return None
    return _JSON if _JSON in templates else next(iter(templates))


def _converted(call: RestCall, answer: HttpResponse, chosen: IntegrationResponse) -> bytes:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html"""
    listed = call.api.binary_media_types
    binary = is_binary(_type_of(answer), listed)
    handling = chosen.content_handling
    if handling is None and listed:
        wanted = accepts_binary(call.request.header("accept"), listed)
        handling = "CONVERT_TO_BINARY" if wanted else "CONVERT_TO_TEXT"
    if handling == "CONVERT_TO_TEXT" and binary:
        return base64.b64encode(answer.body)
    if handling == "CONVERT_TO_BINARY" and not binary:
        # A function's text is a JSON string; its quotation marks are no part of the base64.
        return base64.b64decode(answer.body.strip(b'"'), validate=True)
    return answer.body


def _type_of(answer: HttpResponse) -> str:
    return next((value for name, value in answer.headers if name == "content-type"), _JSON)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
