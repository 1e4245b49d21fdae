"""What every reader works on: the resolved resources of a stack, and the list of what it ignores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.model import Ignored
from emulator.template.names import Names
from emulator.template.section import Section

# Properties that say nothing about behaviour; listing them would only bury what matters.
_SILENT = frozenset({"Description", "Tags", "FailOnWarnings", "Metadata"})


@dataclass(frozen=True, slots=True)
class Resolved:
    """One resource with its properties resolved and its Metadata as written."""

    type: str
    properties: Section
    metadata: Mapping[str, Any]


@dataclass(slots=True)
class Reading:
    """`folder` is where relative paths of the template start. Readers append to `ignored`."""

    names: Names
    folder: Path
    resources: Mapping[str, Resolved]
    ignored: list[Ignored] = field(default_factory=list)

    def of(self, *types: str) -> Iterator[tuple[str, Section]]:
        for logical_id, resource in self.resources.items():
            if resource.type in types:
                yield logical_id, resource.properties

    def ignore(self, section: Section, name: str, reason: str) -> None:
        logical_id = str(section.trail[1]) if len(section.trail) > 1 else ""
        self.ignored.append(Ignored(logical_id, name, reason, section.place(name or None)))

    def ignore_others(self, section: Section, known: Iterable[str], reasons: Mapping[str, str]) -> None:
        """List every property that is neither known nor without meaning, with its reason."""
        for name in section.values:
            if name not in known and name not in _SILENT:
                self.ignore(section, name, reasons.get(name, "Terrarium does not know this property"))
