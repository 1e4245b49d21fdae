"""Expands Fn::ForEach (transform AWS::LanguageExtensions) before anything else reads the template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from emulator.template.document import Document
from emulator.template.intrinsics import Resolver
from emulator.template.places import Places, Trail
from emulator.template.tree import MAX_NODES

PREFIX = "Fn::ForEach::"
_SECTIONS = ("Conditions", "Resources", "Outputs")


def expanded(document: Document, resolver: Resolver) -> Document:
    """The document with every loop written out; places of the copies are those of the loop's body."""
    expansion = _Expansion(resolver)
    value = {
        name: expansion.walk(part, (name,), (name,)) if name in _SECTIONS else part
        for name, part in document.value.items()
    }
    lines = dict(document.places.lines)
    for copy, source in expansion.copies.items():
        lines.setdefault(copy, document.places.at(source).line)
    return Document(value, Places(document.places.file, lines))


@dataclass(slots=True)
class _Expansion:
    """Walks the template once. `copies` maps the trail of each copied node to the trail it was copied from."""

    resolver: Resolver
    copies: dict[Trail, Trail] = field(default_factory=dict)
    nodes: int = 0

    def walk(self, value: Any, trail: Trail, source: Trail) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.resolver.scope.fault(
                "Fn::ForEach makes the template too large", source, found=f"over {MAX_NODES} nodes", fix="Loop less."
            )
        if trail != source:
            self.copies[trail] = source
        if isinstance(value, list):
            return [self.walk(item, (*trail, i), (*source, i)) for i, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        result: dict[str, Any] = {}
        for key, item in value.items():
            if not key.startswith(PREFIX):
                result[key] = self.walk(item, (*trail, key), (*source, key))
                continue
            for name, body, origin in self._copies(item, (*source, key)):
                if name in result or name in value:
                    raise self.resolver.scope.fault(
                        "Fn::ForEach makes the same key twice", origin, found=repr(name), fix="Use ${…} in the key."
                    )
                result[name] = self.walk(body, (*trail, name), origin)
        return result

    def _copies(self, loop: Any, source: Trail) -> Iterator[tuple[str, Any, Trail]]:
        if not (isinstance(loop, list) and len(loop) == 3 and isinstance(loop[0], str) and isinstance(loop[2], dict)):
            raise self.resolver.scope.fault(
                "Fn::ForEach needs [name, list, mapping]", source, found=repr(loop)[:60], fix="Write these three."
            )
        identifier, collection, body = loop
        for item in self.resolver.items(collection, (*source, 1), "The list of Fn::ForEach"):
            text = self.resolver.text(item, (*source, 1), "An entry of Fn::ForEach")
            for key, value in body.items():
                yield _with(key, identifier, text), _replaced(value, identifier, text), (*source, 2, key)


def _replaced(value: Any, identifier: str, text: str) -> Any:
    if isinstance(value, str):
        return _with(value, identifier, text)
    if isinstance(value, list):
        return [_replaced(item, identifier, text) for item in value]
    if value == {"Ref": identifier}:
        return text
    if isinstance(value, dict):
        return {_with(key, identifier, text): _replaced(item, identifier, text) for key, item in value.items()}
    return value


def _with(pattern: str, identifier: str, text: str) -> str:
    """`&{Name}` stands for the value with everything but letters and digits removed."""
    alphanumeric = "".join(character for character in text if character.isalnum())
    return pattern.replace("${" + identifier + "}", text).replace("&{" + identifier + "}", alphanumeric)
