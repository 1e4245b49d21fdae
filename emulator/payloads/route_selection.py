"""Evaluates a route selection expression on a message: $request.body.action, ${request.body.version}-beta, \\$default.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
"""

from __future__ import annotations

import json
import re
from typing import Any

# An escaped dollar sign, a variable in braces, or a bare one.
_PART = re.compile(r"\\\$|\$\{([^}]*)\}|\$((?:request\.body)(?:\.[\w-]+|\[[^\]]*\])*)")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(?:'([^']*)'|\"([^\"]*)\"|(\d+))\]")
_BODY = "request.body"
_MISSING = object()


class RouteSelection:
    """One API's expression, prepared once."""

    def __init__(self, expression: str) -> None:
        self._parts = [(match.span(), match.group(1) or match.group(2)) for match in _PART.finditer(expression)]
        self._expression = expression

    def key(self, text: str) -> str | None:
        """The route key that a text message asks for; None when it is not JSON or lacks what the expression names."""
        try:
            body = json.loads(text)
        except (ValueError, RecursionError):
            return None
        written, at = [], 0
        for (start, end), variable in self._parts:
            value = "$" if variable is None else _text(_value(body, variable))
            if value is None:
                return None
            written += [self._expression[at:start], value]
            at = end
        return "".join((*written, self._expression[at:]))


def is_supported(expression: str) -> bool:
    """Whether every variable of the expression is one of the message's body, the only source a message has."""
    variables = [match.group(1) or match.group(2) for match in _PART.finditer(expression)]
    bare = _PART.sub("", expression)
    return "$" not in bare and all(one is None or _is_path(one) for one in variables)


def _is_path(variable: str) -> bool:
    rest = variable.removeprefix(_BODY)
    return rest != variable and "".join(match.group() for match in _STEP.finditer(rest)) == rest


def _value(body: Any, variable: str) -> Any:
    for match in _STEP.finditer(variable.removeprefix(_BODY)):
        name = next((group for group in match.groups()[:3] if group is not None), None)
        if name is not None and isinstance(body, dict):
            body = body.get(name, _MISSING)
        elif match.group(4) is not None and isinstance(body, list) and int(match.group(4)) < len(body):
            body = body[int(match.group(4))]
        else:
            return _MISSING
    return body


def _text(value: Any) -> str | None:
    """Numbers and booleans as JSON writes them; null, lists and mappings choose no route."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return None
