"""What is known of one request while its rules are evaluated."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from emulator.gateway.firewall.components import Component, Components
from emulator.gateway.firewall.transformations import transformed
from emulator.model.web_acls import Content

Address = IPv4Address | IPv6Address


class Matched(NamedTuple):
    """A rule that matched. group: the group it belongs to, "" for the web ACL's own."""

    rule: str
    group: str
    action: str


@dataclass(slots=True)
class Inspection:
    """One request on its way through the rules; only the firewall that made it changes it."""

    components: Components
    address: Address | None
    labels: dict[str, None] = field(default_factory=dict)
    """In the order they were added."""
    counted: list[Matched] = field(default_factory=list)
    inserted: list[tuple[str, str]] = field(default_factory=list)
    places: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    """What the managed groups read, by place: each is read once for all of their rules."""
    _seen: dict[Content, Component] = field(default_factory=dict)

    def content(self, content: Content) -> Component:
        """A component after its transformations; each is made once."""
        seen = self._seen.get(content)
        if seen is None:
            seen = self.components.component(content.field)
            if content.transformations:
                values = tuple(transformed(value, content.transformations) for value in seen.values)
                seen = Component(values, seen.oversize, seen.invalid)
            self._seen[content] = seen
        return seen
