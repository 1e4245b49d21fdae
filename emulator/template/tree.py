"""Builds the value of a template, and the line of each node, from a stream of parse events.

Iterative and bounded: neither deep nesting nor multiplied aliases can exhaust stack or memory.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from emulator.errors import TemplateError
from emulator.template.places import Places, Trail

MAX_DEPTH = 90
MAX_NODES = 100_000


@dataclass(slots=True)
class _Open:
    """A mapping or list still being filled."""

    value: dict[str, Any] | list[Any]
    trail: Trail
    function: str | None
    anchor: str | None
    key: str | None = None
    weight: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class _Anchored:
    value: Any
    weight: int
    height: int


@dataclass(slots=True)
class TreeBuilder:
    """Fed with open / key / scalar / alias / close in document order; then `value` and `places` hold the result."""

    file: str
    value: Any = None
    lines: dict[Trail, int] = field(default_factory=dict)
    line: int = 1
    _open: list[_Open] = field(default_factory=list)
    _anchors: dict[str, _Anchored] = field(default_factory=dict)
    _nodes: int = 0

    @property
    def places(self) -> Places:
        return Places(self.file, self.lines)

    def expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def key(self, text: str, line: int) -> None:
        self.line = line
        top = self._open[-1]
        assert isinstance(top.value, dict)
        if text in top.value:
            first = self.lines.get((*top.trail, text), 0)
            raise self.fault(
                f"Duplicate key {text!r}", f"the same key at line {first}", "Remove or rename one of them."
            )
        top.key = text
        self.lines[(*top.trail, text)] = line

    def open(
        self, empty: dict[str, Any] | list[Any], line: int, function: str | None = None, anchor: str | None = None
    ) -> None:
        self._reject_key(line)
        trail = self._trail(line)
        if len(self._open) >= MAX_DEPTH:
            raise self.fault("The template is nested too deeply", f"more than {MAX_DEPTH} levels", "Flatten it.")
        if function:
            trail = (*trail, function)
            self.lines.setdefault(trail, line)
        self._open.append(_Open(empty, trail, function, anchor))

    def scalar(self, value: Any, line: int, function: str | None = None, anchor: str | None = None) -> None:
        self._reject_key(line)
        self._trail(line)
        self._add({function: value} if function else value, 2 if function else 1, 1, anchor)

    def alias(self, name: str, line: int) -> None:
        self._reject_key(line)
        self._trail(line)
        known = self._anchors.get(name)
        if known is None:
            raise self.fault(
                "Unknown alias", f"*{name}, which is not finished before this line", f"Define &{name} first."
            )
        self._add(known.value, known.weight, known.height, None, shared=True)

    def close(self, line: int) -> None:
        self.line = line
        done = self._open.pop()
        value: Any = self._merged(done.value, done.trail) if isinstance(done.value, dict) else done.value
        wrapped = {done.function: value} if done.function else value
        self._add(wrapped, done.weight, done.height, done.anchor)

    def fault(self, what: str, found: str, fix: str) -> TemplateError:
        return TemplateError(what, where=f"{self.file}:{self.line}", found=found, fix=fix)

    def _reject_key(self, line: int) -> None:
        self.line = line
        if self.expects_key():
            raise self.fault(
                "A key must be plain text", "a list, a mapping, a tag or an alias", "Write the key as text."
            )

    def _trail(self, line: int) -> Trail:
        """The trail of the node that starts now; its line is written down unless its key already was."""
        if not self._open:
            trail: Trail = ()
        elif isinstance(self._open[-1].value, dict):
            trail = (*self._open[-1].trail, self._open[-1].key or "")
        else:
            trail = (*self._open[-1].trail, len(self._open[-1].value))
        self.lines.setdefault(trail, line)
        return trail

    def _add(self, value: Any, weight: int, height: int, anchor: str | None, *, shared: bool = False) -> None:
        self._nodes += weight if shared else 1
        if self._nodes > MAX_NODES or len(self._open) + height > MAX_DEPTH:
            raise self.fault(
                "The template is too large", f"more than {MAX_NODES} nodes or {MAX_DEPTH} levels", "Split it."
            )
        if anchor:
            self._anchors[anchor] = _Anchored(value, weight, height)
        if not self._open:
            self.value = value
            return
        top = self._open[-1]
        top.weight += weight
        top.height = max(top.height, height + 1)
        own = copy.deepcopy(value) if shared else value
        if isinstance(top.value, list):
            top.value.append(own)
        else:
            top.value[top.key or ""] = own
            top.key = None

    def _merged(self, mapping: dict[str, Any], trail: Trail) -> dict[str, Any]:
        """A YAML 1.1 merge key: `<<` brings in the keys of one or several mappings; own keys win."""
        if "<<" not in mapping:
            return mapping
        merged = mapping.pop("<<")
        for source in merged if isinstance(merged, list) else [merged]:
            if not isinstance(source, dict):
                self.line = self.lines[(*trail, "<<")]
                raise self.fault("A merge key needs a mapping", repr(source)[:60], "Write << : *name_of_a_mapping.")
            for name, value in source.items():
                mapping.setdefault(name, value)
        return mapping
