"""MOCK integrations of a WebSocket API: what they answer without calling anybody.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-responses.html
"""

from __future__ import annotations

import re

from emulator.model.websocket_apis import WebSocketIntegration
from emulator.payloads.websocket_answer import is_plain
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

# AWS reads `{statusCode: 200}` without quotation marks as well.
_STATUS = re.compile(r"""["']?\bstatusCode["']?\s*:\s*["']?(\d{3})\b""")
_CATCH_ALL = "$default"


def read_mock(reading: Reading, section: Section) -> WebSocketIntegration | str:
    """The integration, or a reason why it cannot run: a mapping template with logic."""
    integration_id = reading.names.id(str(section.trail[1]))
    request = _template(section, "RequestTemplates") or ""
    named = _STATUS.search(request)
    status = int(named.group(1)) if named else 200
    reply = None
    for answer in _chosen(reading, integration_id, status):
        reply = _template(answer, "ResponseTemplates")
    if not is_plain(reply or ""):
        return "its response template has logic, and mapping templates of WebSocket APIs are not run here"
    return WebSocketIntegration("mock", status=status, reply=reply)


def _chosen(reading: Reading, integration_id: str, status: int) -> list[Section]:
    """The response whose key is a pattern of the status, written between slashes, else the one for all."""
    answers: dict[str, Section] = {
        section.text("IntegrationResponseKey"): section
        for _, section in reading.of("AWS::ApiGatewayV2::IntegrationResponse")
        if section.text("IntegrationId") == integration_id
    }
    matching = [answer for key, answer in answers.items() if _matches(key, status)]
    return (matching or [answers[_CATCH_ALL]])[:1] if matching or _CATCH_ALL in answers else []


def _matches(key: str, status: int) -> bool:
    if len(key) < 2 or not key.startswith("/") or not key.endswith("/"):
        return False
    try:
        return re.fullmatch(key[1:-1], str(status)) is not None
    except re.error:
        return False


def _template(section: Section, name: str) -> str | None:
    """The template that the selection expression names, else the one for all, else the only one."""
    templates = section.text_map(name)
    wanted = section.text("TemplateSelectionExpression", _CATCH_ALL).replace("\\$", "$")
    found = templates.get(wanted, templates.get(_CATCH_ALL))
    if found is None and len(templates) == 1:
        found = next(iter(templates.values()))
    return found
