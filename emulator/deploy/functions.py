"""Finds the functions of a template and, in what `sam build` wrote, the folder each of them became."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.template import document

_CODE_PROPERTY = {"AWS::Serverless::Function": "CodeUri", "AWS::Lambda::Function": "Code"}


@dataclass(frozen=True, slots=True)
class BuiltFunction:
    """A Python function: the folder that ships from here, and the artifact built from it."""

    logical_id: str
    runtime: str
    code: Path
    artifact: Path


def built(template: Path, build: Path) -> tuple[BuiltFunction, ...]:
    """The Python functions whose code is a folder, in template order; raises TemplateError for unreadable files."""
    artifacts = {name: path for name, _, path in _functions(build / "template.yaml")}
    return tuple(
        BuiltFunction(name, runtime, code, artifacts[name])
        for name, runtime, code in _functions(template)
        if runtime.startswith("python") and name in artifacts
    )


def _functions(template: Path) -> Iterator[tuple[str, str, Path]]:
    """Logical id, runtime and code folder, `Globals` applied."""
    root = document.read(template).value
    shared = root.get("Globals", {}).get("Function", {})
    for name, resource in root.get("Resources", {}).items():
        code_property = _CODE_PROPERTY.get(resource.get("Type", ""))
        if code_property is None:
            continue
        properties: Mapping[str, Any] = {**shared, **resource.get("Properties", {})}
        code, runtime = properties.get(code_property), properties.get("Runtime")
        if isinstance(code, str) and isinstance(runtime, str) and (template.parent / code).is_dir():
            yield name, runtime, (template.parent / code).resolve()
