"""HeadersConfig, CookiesConfig and QueryStringsConfig of policies -> model.Selection."""

from __future__ import annotations

from typing import Literal

from emulator.model import Selection
from emulator.template.section import Section

Mode = Literal["none", "all", "only", "except"]
_MODES: dict[str, Mode] = {
    "none": "none",
    "all": "all",
    "allViewer": "all",
    "allViewerAndWhitelistCloudFront": "all",
    "whitelist": "only",
    "allExcept": "except",
}


def read_selection(section: Section, kind: str) -> Selection:
    """`kind` is "Header", "Cookie" or "QueryString": its <kind>sConfig, with <kind>Behavior and <kind>s."""
    config = section.sub(f"{kind}sConfig")
    written = config.one_of(f"{kind}Behavior", tuple(_MODES), "none")
    names = listed(config, f"{kind}s")
    return Selection(_MODES[written], frozenset(name.lower() for name in names) if kind == "Header" else names)


def listed(section: Section, name: str) -> frozenset[str]:
    """A list of names: CloudFormation takes it plainly, and with Items as the API has it."""
    value = section.values.get(name)
    items = section.sub(name).texts("Items") if isinstance(value, dict) else section.texts(name)
    return frozenset(items)
