"""The rules of CONTRIBUTING.md that a program can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path for room in ("emulator", "services", "seed") for path in (ROOT / room).rglob("*.py"))
TESTS = sorted(path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__))
VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc)($|_)|^base_")
LEFT = re.compile(r"#\s*(TODO|FIXME|XXX|HACK)\b")
PATCH = re.compile(r"\bmock\.patch|\bfrom unittest import mock|\bmonkeypatch\.setattr")
IMPORT_OF_OURS = re.compile(r"^\s*(?:from|import)\s+(?:emulator|flask)\b", re.MULTILINE)


def named(paths: Iterable[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_rooms_import_downwards_only() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_module_says_what_it_knows() -> None:
    silent = [
        path for path in SHIPPED if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert named(silent) == []


def test_no_module_has_a_vague_name() -> None:
    assert named(path for path in SHIPPED if VAGUE.search(path.stem)) == []


def test_nothing_is_left_for_later() -> None:
    assert named(path for path in SHIPPED + TESTS if LEFT.search(path.read_text())) == []


def test_tests_use_fakes_instead_of_patches() -> None:
    assert named(path for path in TESTS if PATCH.search(path.read_text())) == []


def test_tests_wait_for_conditions_instead_of_sleeping() -> None:
    assert named(path for path in TESTS if sleeps(path)) == []


def sleeps(path: Path) -> bool:
    """True when the module itself calls time.sleep; the text of a handler it writes does not count."""
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func) == "time.sleep"
        for node in ast.walk(ast.parse(path.read_text()))
    )


def test_systems_know_nothing_of_terrarium() -> None:
    assert named(path for path in (ROOT / "services").rglob("*.py") if IMPORT_OF_OURS.search(path.read_text())) == []
