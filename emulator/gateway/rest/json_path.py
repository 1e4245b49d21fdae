"""JSONPath as mapping templates use it: one value for a definite path, a list for every other.

https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jsonpath import JSONPath, JSONPathError, compile

from emulator.gateway.rest.velocity.java import EvaluationError

_LENGTH = ".length()"


def selected(path: str, document: Any) -> Any:
    """What stands at the path; None when nothing does. Raises EvaluationError for a path that cannot be read."""
    if path.endswith(_LENGTH):
        value = selected(path.removesuffix(_LENGTH), document)
        return len(value) if isinstance(value, list | dict | str) else None
    compiled = _compiled(path)
    values = compiled.findall(document) if isinstance(document, dict | list) or path != "$" else [document]
    if compiled.singular_query():
        return values[0] if values else None
    return values


@lru_cache(maxsize=256)
def _compiled(path: str) -> JSONPath:
    try:
        read = compile(path)
    except JSONPathError as error:
        raise EvaluationError(f"{path!r} is no JSONPath: {error}") from error
    if not isinstance(read, JSONPath):
        raise EvaluationError(f"{path!r} is no JSONPath")
    return read
