"""Mapping templates of a REST API: Velocity with $input, $context, $stageVariables and $util.

https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.gateway.rest.ports import Mapped, MappingFailedError
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

    def evaluate(self, template: str, call: RestCall, body: str, status: int | None = None) -> Mapped:
        """`body` is the request's, or the integration's answer, `status` being its code; raises MappingFailedError."""
        context = _context(call, status)
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
        return _mapped(text, context["requestOverride" if status is None else "responseOverride"])

    def _block(self, template: str) -> Block:
        block = self._read.get(template)
        if block is None:
            block = self._read[template] = parsed(template.strip())
        return block


def _context(call: RestCall, status: int | None) -> dict[str, Any]:
    context: dict[str, Any] = from_json(request_context(call))
    overrides: dict[str, Any] = {part: {} for part in _PARTS}
    return {**context, "status": status, "requestOverride": overrides, "responseOverride": {"header": {}}}


def _mapped(text: str, override: Any) -> Mapped:
    if not isinstance(override, Mapping):
        return Mapped(text)
    headers, querystring, path = (_texts(override.get(part)) for part in _PARTS)
    return Mapped(text, headers, querystring, path, _status(override.get("status")))


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
