"""Turns a request into what a non-proxy integration is sent: the template of its content type, or the body as it is.

https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
"""

from __future__ import annotations

import base64

from emulator.gateway.rest.integration_response import chosen_type
from emulator.gateway.rest.ports import Mapped, MappingFailedError, MappingTemplates, Refusal
from emulator.model import RestIntegration
from emulator.payloads.media_types import is_binary
from emulator.payloads.rest_call import RestCall

_UNSUPPORTED = Refusal("UNSUPPORTED_MEDIA_TYPE")


class RequestMapping:
    """The request templates of one method."""

    def __init__(self, integration: RestIntegration, templates: MappingTemplates) -> None:
        self._integration = integration
        self._templates = templates

    def applied(self, call: RestCall) -> Mapped | Refusal:
        """The text for the integration; 415 where the method takes no such content type."""
        integration = self._integration
        content_type = chosen_type(integration.request_templates, call.request.header("content-type"), exact=True)
        body = self._body(call)
        if content_type is None:
            return Mapped(body) if self._passes_through() else _UNSUPPORTED
        try:
            return self._templates.of_request(integration.request_templates[content_type], call, body)
        except MappingFailedError as failed:
            return Refusal("API_CONFIGURATION_ERROR", "Internal server error", error=str(failed))

    def _passes_through(self) -> bool:
        passthrough = self._integration.passthrough
        if passthrough == "WHEN_NO_TEMPLATES":
            return not self._integration.request_templates
        return passthrough == "WHEN_NO_MATCH"

    def _body(self, call: RestCall) -> str:
        body = call.request.body
        if is_binary(call.request.header("content-type"), call.api.binary_media_types) and body:
            return base64.b64encode(body).decode("ascii")
        return body.decode("utf-8", "replace")
