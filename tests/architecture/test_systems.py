"""How the systems in services/ are built: each for itself, and its domain free of everything technical."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "services"
SYSTEMS = sorted(path.name for path in SERVICES.iterdir() if (path / "src" / path.name).is_dir())


def imported(path: Path) -> set[str]:
    """The modules a file imports, in full."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def modules(system: str, *folders: str) -> list[Path]:
    return sorted(SERVICES.joinpath(system, "src", system, *folders).rglob("*.py"))


@pytest.mark.parametrize("system", SYSTEMS)
def test_system_imports_no_other(system: str) -> None:
    others = set(SYSTEMS) - {system}
    found = {path: {name for name in imported(path) if name.split(".")[0] in others} for path in modules(system)}
    assert {path.name: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("system", SYSTEMS)
def test_domain_knows_the_standard_library_and_itself(system: str) -> None:
    def is_pure(name: str) -> bool:
        return name.split(".")[0] in sys.stdlib_module_names or name == system or name.startswith(f"{system}.domain")

    found = {path: {name for name in imported(path) if not is_pure(name)} for path in modules(system, "domain")}
    assert {path.name: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("system", SYSTEMS)
def test_neither_domain_nor_handlers_nor_web_read_the_environment(system: str) -> None:
    read = [
        path.relative_to(SERVICES).as_posix()
        for folder in ("domain", "handlers", "web")
        for path in modules(system, folder)
        if any(
            isinstance(node, ast.Attribute) and node.attr == "environ" for node in ast.walk(ast.parse(path.read_text()))
        )
    ]
    assert read == []
