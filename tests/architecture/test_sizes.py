"""Where a module or a function outgrows its room, a second idea usually hides inside."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path for room in ("emulator", "services", "seed") for path in (ROOT / room).rglob("*.py"))
MODULE_LINES, FUNCTION_LINES = 300, 40


def test_no_module_is_longer_than_its_idea() -> None:
    assert [path for path in SHIPPED if len(path.read_text().splitlines()) > MODULE_LINES] == []


def test_every_function_fits_on_a_screen() -> None:
    assert [place for path in SHIPPED for place in long_functions(path)] == []


def long_functions(path: Path) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    ]
