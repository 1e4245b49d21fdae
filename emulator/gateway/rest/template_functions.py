"""$util of a mapping template.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from emulator.gateway.rest.velocity.java import EvaluationError, from_json, written

# As Java's escapeJavaScript: single quotation marks too, which JSON does not take.
_ESCAPES = {
    "'": "\\'",
    '"': '\\"',
    "\\": "\\\\",
    "/": "\\/",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}


class TemplateUtil:
    """Functions only."""

    def property(self, name: str) -> Any:
        del name

    def call(self, name: str, arguments: list[Any]) -> Any:
        """Raises EvaluationError. What is null stays null."""
        function = _FUNCTIONS.get(name)
        if function is None or len(arguments) != 1:
            raise EvaluationError(f"$util has no {name}() with {len(arguments)} arguments")
        return None if arguments[0] is None else function(written(arguments[0]))


def _escape_javascript(text: str) -> str:
    return "".join(_ESCAPES.get(character) or _plain(character) for character in text)


def _plain(character: str) -> str:
    if " " <= character <= "~":
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[index : index + 2]):04X}" for index in range(0, len(units), 2))


def _parse_json(text: str) -> Any:
    try:
        return from_json(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"parseJson(): {error}") from error


def _url_encode(text: str) -> str:
    """As java.net.URLEncoder."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def _base64_encode(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")


def _base64_decode(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise EvaluationError(f"base64Decode(): {error}") from error


_FUNCTIONS: Mapping[str, Callable[[str], Any]] = {
    "base64Decode": _base64_decode,
    "base64Encode": _base64_encode,
    "escapeJavaScript": _escape_javascript,
    "parseJson": _parse_json,
    "urlDecode": unquote_plus,
    "urlEncode": _url_encode,
}
