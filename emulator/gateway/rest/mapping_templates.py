"""Mapping templates of a REST API: Velocity with $input, $context, $stageVariables and $util.

https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.gateway.rest.ports import NO_OVERRIDES, Mapped, MappingFailedError, Overrides
from emulator.gateway.rest.template_functions import TemplateUtil
from emulator.gateway.rest.template_input import TemplateInput
from emulator.gateway.rest.velocity.evaluation import Evaluation
from emulator.gateway.rest.velocity.java import EvaluationError, from_json, written
from emulator.gateway.rest.velocity.parser import parsed
from emulator.gateway.rest.velocity.syntax import Block, TemplateSyntaxError
from emulator.payloads.rest_call import RestCall
from emulator.payloads.rest_context import request_context

_PARTS = ("header", "querystring", "path")


class VelocityTemplates:
    """The templates of one API, each read once."""

    def __init__(self) -> None:
        self._read: dict[str, Block] = {}

    def of_request(self, template: str, call: RestCall, body: str) -> Mapped:
        """For the integration; raises MappingFailedError."""
        text, overrides = self._evaluated(template, call, body, None, NO_OVERRIDES)
        return _mapped(text, overrides.request, overrides)

    def of_response(self, template: str, call: RestCall, body: str, status: int, handed_on: Overrides) -> Mapped:
        """For the client; `body` and `status` are the integration's; raises MappingFailedError."""
        text, overrides = self._evaluated(template, call, body, status, handed_on)
        return _mapped(text, overrides.response, overrides)

    def _evaluated(
        self, template: str, call: RestCall, body: str, status: int | None, overrides: Overrides
    ) -> tuple[str, Overrides]:
        context = _context(call, status, overrides)
        scope = {
            "input": TemplateInput(call, body),
            "context": context,
            "stageVariables": dict(call.api.stage_variables),
            "util": TemplateUtil(),
        }
        try:
            text = Evaluation(scope).run(self._block(template))
        except (TemplateSyntaxError, EvaluationError, RecursionError) as error:
            raise MappingFailedError(str(error)) from error
        return text, Overrides(*(_mapping(context[name]) for name in ("requestOverride", "responseOverride")))

    def _block(self, template: str) -> Block:
        block = self._read.get(template)
        if block is None:
            block = self._read[template] = parsed(template.strip())
        return block


def _context(call: RestCall, status: int | None, overrides: Overrides) -> dict[str, Any]:
    context: dict[str, Any] = from_json(request_context(call))
    request: dict[str, Any] = {part: {} for part in _PARTS}
    return {
        **context,
        "status": status,
        "requestOverride": {**request, **overrides.request},
        "responseOverride": {"header": {}, **overrides.response},
    }


def _mapped(text: str, override: Mapping[str, Any], overrides: Overrides) -> Mapped:
    headers, querystring, path = (_texts(override.get(part)) for part in _PARTS)
    return Mapped(text, headers, querystring, path, _status(override.get("status")), overrides)


def _mapping(value: Any) -> Mapping[str, Any]:
    """A template may have put something else there, which then overrides nothing."""
    return value if isinstance(value, Mapping) else {}


def _texts(values: Any) -> dict[str, str]:
    """Several values of one name are joined with commas."""
    if not isinstance(values, Mapping):
        return {}
    return {
        str(name): ",".join(map(written, value)) if isinstance(value, list) else written(value)
        for name, value in values.items()
        if value is not None
    }


def _status(value: Any) -> int | None:
    digits = written(value)
    return int(digits) if len(digits) == 3 and digits.isascii() and digits.isdigit() and digits >= "100" else None
