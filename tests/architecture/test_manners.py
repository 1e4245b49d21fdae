"""The rules of CONTRIBUTING.md that a program can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path for room in ("emulator", "services", "seed") for path in (ROOT / room).rglob("*.py"))
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))
VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc)($|_)|^base_")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_rooms_import_downwards_only() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SHIPPED, ids=named)
def test_module_says_what_it_knows(path: Path) -> None:
    text = path.read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", SHIPPED, ids=named)
def test_name_of_a_module_says_what_it_knows(path: Path) -> None:
    assert not VAGUE.search(path.stem)


@pytest.mark.parametrize("path", SHIPPED + TESTS, ids=named)
def test_nothing_is_left_for_later(path: Path) -> None:
    assert not re.search(r"#\s*(TODO|FIXME|XXX|HACK)\b", path.read_text())


@pytest.mark.parametrize("path", TESTS, ids=named)
def test_tests_use_fakes_and_conditions_instead_of_patches_and_pauses(path: Path) -> None:
    assert re.findall(r"\bmock\.patch|\bfrom unittest import mock|\bmonkeypatch\.setattr", path.read_text()) == []
    assert sleeps_in(path) == []


def sleeps_in(path: Path) -> list[int]:
    """Lines that call time.sleep outside a handler's source text."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "sleep"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "time"
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "services").rglob("*.py")), ids=named)
def test_systems_know_nothing_of_terrarium(path: Path) -> None:
    imported = re.findall(r"^\s*(?:from|import)\s+(emulator|flask)\b", path.read_text(), re.MULTILINE)
    assert imported == []
