"""$input of a mapping template: the body and the request's parameters.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

from __future__ import annotations

import json
from typing import Any

from emulator.gateway.rest.velocity.java import EvaluationError, from_json, to_json, written
from emulator.payloads.rest_call import RestCall

_NOTHING = object()


class TemplateInput:
    """The body is the request's, or the integration's answer; the parameters are always the request's."""

    def __init__(self, call: RestCall, body: str) -> None:
        self._call, self._body = call, body
        self._document: Any = _NOTHING

    def property(self, name: str) -> Any:
        # An empty body is an empty object.
        return (self._body or "{}") if name == "body" else None

    def call(self, name: str, arguments: list[Any]) -> Any:
        """json(path), path(path), params(), params(name); raises EvaluationError."""
        if name == "params":
            return self._named(written(arguments[0])) if arguments else self._params()
        path = written(arguments[0]) if arguments else "$"
        if name == "path":
            return from_json(self._selected(path))
        if name == "json":
            value = self._selected(path)
            return '""' if value is None else to_json(value)
        raise EvaluationError(f"$input has no method {name}()")

    def _selected(self, path: str) -> Any:
        # The library takes 5 MB, so it is loaded only where a template asks for it.
        from emulator.gateway.rest.json_path import selected

        if self._document is _NOTHING:
            self._document = _parsed(self._body)
        return selected(path, self._document)

    def _params(self) -> dict[str, dict[str, str]]:
        request = self._call.request
        return {
            "path": dict(self._call.path_parameters),
            "querystring": dict(self._call.query),
            "header": {request.written(name): value for name, value in request.headers},
        }

    def _named(self, name: str) -> str:
        """Looked for in the path, the query string and the headers; an empty text when it is nowhere."""
        params = self._params()
        found = params["path"].get(name) or params["querystring"].get(name)
        return found or self._call.request.header(name.lower()) or ""


def _parsed(body: str) -> Any:
    """The document; a body that is not JSON is a text."""
    if not body:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body
