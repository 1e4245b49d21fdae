"""Where a module or a function outgrows its room, a second idea usually hides inside."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path for room in ("emulator", "services", "seed") for path in (ROOT / room).rglob("*.py"))
MODULE_LINES, FUNCTION_LINES = 300, 40


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SHIPPED, ids=named)
def test_module_is_not_longer_than_its_idea(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("path", SHIPPED, ids=named)
def test_functions_fit_on_a_screen(path: Path) -> None:
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    too_long = [
        f"{node.name} in line {node.lineno}"
        for node in functions
        if (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    ]
    assert too_long == []
