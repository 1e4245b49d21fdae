"""Where the project is: the folder of the nearest pyproject.toml with `[tool.terrarium]`, and the systems it names.

Outside such a project the current folder takes its place and there are no systems of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from emulator.errors import UsageError

_TEMPLATES = ("template.yaml", "template.yml", "template.json")


@dataclass(frozen=True, slots=True)
class Project:
    """`stacks` are the systems in `services/`, in the order that gives them their ports."""

    root: Path
    stacks: tuple[str, ...] = ()
    tries: Mapping[str, str] = field(default_factory=dict)
    """A first command for each system, with `{url}` for its address."""

    def first_try(self, name: str, port: int) -> str:
        """A command that shows something at once."""
        return self.tries.get(name, "curl -i {url}/").replace("{url}", f"http://127.0.0.1:{port}")

    def template_of(self, stack: str) -> Path:
        """The template of one of the project's own systems."""
        return self.root / "services" / stack / "template.yaml"


def find(start: Path) -> Project:
    """The project around a folder; raises UsageError when its pyproject.toml cannot be read."""
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file() and "[tool.terrarium]" in file.read_text(errors="replace"):
            return _read(folder, file)
    return Project(start)


def template_at(path: Path) -> Path:
    """The template a person means: a file, or a folder that holds one; raises UsageError when there is none."""
    if path.is_file():
        return path.resolve()
    if path.is_dir():
        candidates = [path / name for name in _TEMPLATES if (path / name).is_file()] or sorted(
            path.glob("*.template.json")
        )
        if len(candidates) == 1:
            return candidates[0].resolve()
        found = ", ".join(one.name for one in candidates) or "none"
        raise UsageError("A folder must hold exactly one template", where=str(path), found=found, fix="Name the file.")
    raise UsageError("There is no such template", where=str(path), fix="Name a SAM or CloudFormation template file.")


def name_of(template: Path) -> str:
    """A short name: the folder's for template.yaml, else the file's (`cdk.out/Shop.template.json` is Shop)."""
    if template.name in _TEMPLATES:
        return template.parent.name or "template"
    return template.name.partition(".")[0]


def _read(root: Path, file: Path) -> Project:
    try:
        table = tomllib.loads(file.read_text())["tool"]["terrarium"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise UsageError(
            "pyproject.toml cannot be read", where=str(file), found=str(error), fix="Correct it."
        ) from None
    stacks = table.get("stacks", [])
    if not isinstance(stacks, list) or not all(isinstance(one, str) for one in stacks):
        raise UsageError(
            "[tool.terrarium] stacks must be a list of names",
            where=str(file),
            found=repr(stacks),
            fix='Write stacks = ["shortener"].',
        )
    tries = table.get("try", {})
    return Project(root, tuple(stacks), {name: str(text) for name, text in tries.items()})
