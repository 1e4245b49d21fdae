"""Reads a template file, YAML or JSON, into plain values with the place of every node. Opens nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.errors import TemplateError
from emulator.template.json_text import read_json
from emulator.template.places import Places, shown
from emulator.template.tree import TreeBuilder
from emulator.template.yaml_text import read_yaml

# CloudFormation's own limit for a template.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says: `value` is its root mapping; `places` knows the line of each node."""

    value: dict[str, Any]
    places: Places


def read(path: Path) -> Document:
    """The mapping a YAML or JSON file holds; raises TemplateError with file and line."""
    builder = TreeBuilder(shown(path))
    text = _text(path, builder.file)
    if path.suffix == ".json" or (path.suffix == ".template" and text.lstrip().startswith("{")):
        read_json(text, builder)
    else:
        read_yaml(text, builder)
    if not isinstance(builder.value, dict):
        builder.line = 1
        raise builder.fault(
            "The template is not a mapping",
            "nothing" if builder.value is None else f"a {type(builder.value).__name__}",
            "Start it with `Resources:`.",
        )
    return Document(builder.value, builder.places)


def _text(path: Path, file: str) -> str:
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        found = getattr(error, "strerror", None) or str(error)
        raise TemplateError("The template cannot be read", where=file, found=found, fix="Check the path.") from None
    if len(raw) > MAX_BYTES:
        raise TemplateError(
            "The template is too large",
            where=file,
            found=f"{len(raw):,} bytes",
            fix=f"CloudFormation takes {MAX_BYTES:,} bytes; split it.",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TemplateError(
            "The template is not UTF-8 text",
            where=f"{file}:{line}",
            found=f"byte 0x{raw[error.start]:02x}",
            fix="Save it as UTF-8.",
        ) from None
