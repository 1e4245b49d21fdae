"""Reads what a parameter mapping names: a literal, a part of the request, the context, or of an integration's answer.

https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-data-transformations.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from emulator.payloads.http_message import HttpResponse
from emulator.payloads.rest_call import RestCall
from emulator.payloads.rest_context import request_context

_Reader = Callable[[RestCall, str], str | None]


def mapped(expression: str, call: RestCall, answer: HttpResponse | None = None) -> str | None:
    """The value, or None when there is none. `answer` is what `integration.response.…` reads."""
    if len(expression) >= 2 and expression[0] == expression[-1] == "'":
        return expression[1:-1]
    for prefix, read in _READERS.items():
        if expression.startswith(prefix):
            return read(call, expression.removeprefix(prefix))
    if answer is not None and expression.startswith("integration.response."):
        return _of_answer(answer, expression.removeprefix("integration.response."))
    return None


def mapped_headers(
    parameters: Mapping[str, str], prefix: str, call: RestCall, answer: HttpResponse | None = None
) -> dict[str, str]:
    """Header name -> value of every mapping whose target is `<prefix>.header.<name>`."""
    return mapped_parameters(parameters, f"{prefix}.header", call, answer)


def mapped_parameters(
    parameters: Mapping[str, str], place: str, call: RestCall, answer: HttpResponse | None = None
) -> dict[str, str]:
    """Name -> value of every mapping whose target is `<place>.<name>`; what has no value is left out."""
    target = f"{place}."
    values = {
        name.removeprefix(target): mapped(source, call, answer)
        for name, source in parameters.items()
        if name.startswith(target)
    }
    return {name: value for name, value in values.items() if value is not None}


def _header(call: RestCall, name: str) -> str | None:
    return call.request.header(name.lower())


def _querystring(call: RestCall, name: str) -> str | None:
    values = _query_values(call, name)
    return values[-1] if values else None


def _query_values(call: RestCall, name: str) -> list[str]:
    return [value for key, value in call.query if key == name]


def _multi_value_querystring(call: RestCall, name: str) -> str | None:
    return ",".join(_query_values(call, name)) or None


def _path(call: RestCall, name: str) -> str | None:
    return call.path_parameters.get(name)


def _body(call: RestCall, path: str) -> str | None:
    return _of_json(call.request.body, path)


def _context(call: RestCall, path: str) -> str | None:
    return _text(_walked(request_context(call), path.split(".")))


def _stage_variable(call: RestCall, name: str) -> str | None:
    return call.api.stage_variables.get(name)


def _of_answer(answer: HttpResponse, name: str) -> str | None:
    if name.startswith(("header.", "multivalueheader.")):
        wanted = name.partition(".")[2].lower()
        return ",".join(value for key, value in answer.headers if key == wanted) or None
    if name == "body" or name.startswith("body."):
        return _of_json(answer.body, name.removeprefix("body").removeprefix("."))
    return None


def _of_json(body: bytes, path: str) -> str | None:
    """The whole body, or the member that a simple JSON path (`a.b[0].c`) names."""
    if not path:
        return body.decode("utf-8", "replace")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return _text(_walked(document, path.replace("[", ".").replace("]", "").split(".")))


def _walked(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, separators=(",", ":"))


# Longer prefixes come first where one begins with another.
_READERS: Mapping[str, _Reader] = {
    "method.request.header.": _header,
    "method.request.multivalueheader.": _header,
    "method.request.querystring.": _querystring,
    "method.request.multivaluequerystring.": _multi_value_querystring,
    "method.request.path.": _path,
    "method.request.body.": _body,
    "method.request.body": _body,
    "context.": _context,
    "stageVariables.": _stage_variable,
}
