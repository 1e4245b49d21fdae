"""Knows the file and line of every node of a template, also after the SAM transform has renamed and moved nodes.

A node is named by its trail: the keys and indexes that lead to it from the root.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from emulator.model import Place

Trail = tuple[str | int, ...]

# What SAM calls a property in the source, by the name it has after the transform.
# https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
_SAM_NAMES: Mapping[str, tuple[str, ...]] = {
    "Code": ("CodeUri", "InlineCode", "ImageUri"),
    "Content": ("ContentUri",),
    "TracingConfig": ("Tracing",),
    "DeadLetterConfig": ("DeadLetterQueue",),
    "Body": ("DefinitionBody", "DefinitionUri"),
    "StageVariables": ("StageVariables",),
    "DestinationConfig": ("EventInvokeConfig",),
}
_GLOBALS = ("Function", "HttpApi", "Api", "SimpleTable", "LayerVersion", "StateMachine")


@dataclass(frozen=True)
class Places:
    """Lines of one file by trail; `at` answers for any trail with the nearest ancestor that is written down."""

    file: str
    lines: Mapping[Trail, int] = field(default_factory=dict)

    def at(self, trail: Trail) -> Place:
        """The place of a node of the source or of the transformed template."""
        source = self._source_trail(trail)
        while source and source not in self.lines:
            source = source[:-1]
        return Place(self.file, self.lines.get(source, 1))

    def resource(self, logical_id: str) -> Place:
        return self.at(("Resources", logical_id))

    def _source_trail(self, trail: Trail) -> Trail:
        if len(trail) < 2 or trail[0] != "Resources" or trail in self.lines:
            return trail
        owner = self._owner(str(trail[1]))
        if owner is None:
            return trail
        if owner[-1] != trail[1] or len(trail) < 4:
            return owner
        return self._property(trail)

    def _owner(self, logical_id: str) -> Trail | None:
        """The resource, or the event of a resource, that SAM made this logical id from."""
        if ("Resources", logical_id) in self.lines:
            return ("Resources", logical_id)
        prefixes = [name for name in self._resources if logical_id.startswith(name)]
        if not prefixes:
            return None
        resource = max(prefixes, key=len)
        rest = logical_id[len(resource) :]
        events = [name for name in self._events.get(resource, ()) if rest.startswith(name)]
        if events:
            return ("Resources", resource, "Properties", "Events", max(events, key=len))
        return ("Resources", resource)

    @cached_property
    def _resources(self) -> tuple[str, ...]:
        return tuple(str(trail[1]) for trail in self.lines if len(trail) == 2 and trail[0] == "Resources")

    @cached_property
    def _events(self) -> dict[str, list[str]]:
        """The names of a SAM function's events, by logical id."""
        events: dict[str, list[str]] = {}
        for trail in self.lines:
            if len(trail) == 5 and trail[0] == "Resources" and trail[2:4] == ("Properties", "Events"):
                events.setdefault(str(trail[1]), []).append(str(trail[4]))
        return events

    def _property(self, trail: Trail) -> Trail:
        head, name, rest = trail[:3], str(trail[3]), trail[4:]
        for candidate in (name, *_SAM_NAMES.get(name, ())):
            if (*head, candidate) in self.lines:
                return (*head, candidate, *rest)
        for kind in _GLOBALS:
            for candidate in (name, *_SAM_NAMES.get(name, ())):
                if ("Globals", kind, candidate) in self.lines:
                    return ("Globals", kind, candidate, *rest)
        return trail


def shown(path: Path) -> str:
    """A path as a user writes it: relative to the working folder when it lies below it."""
    absolute = path.absolute()
    try:
        return str(absolute.relative_to(Path.cwd()))
    except ValueError:
        return str(absolute)
