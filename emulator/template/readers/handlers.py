"""Checks, without running it, that a handler exists: its file, and the name in the file.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from emulator.template.places import shown
from emulator.template.section import Section


def check_handler(function: Section, code: Path, layers: Sequence[Path], runtime: str) -> None:
    """Raises TemplateError when `Handler` cannot be found. What may come from a dependency is left to the runtime."""
    handler = function.text("Handler")
    module, dot, name = handler.rpartition(".")
    if not dot or not module or not name:
        raise function.fault("Handler", found=repr(handler), fix="Write it as folder/module.function.")
    parts = module.replace("/", ".").split(".")
    file = _module_file(code, layers, parts)
    if file is None:
        if _may_be_installed(code, parts[0]):
            return
        raise function.fault(
            None,
            what=f"no file {'/'.join(parts)}.py in {shown(code)}",
            found=f"Handler {handler}",
            fix="Fix Handler or CodeUri, or create the file.",
            at="Handler",
        )
    _check_name(function, file, code, name, runtime)


def _module_file(code: Path, layers: Sequence[Path], parts: list[str]) -> Path | None:
    for root in (code, *(layer / "python" for layer in layers)):
        stem = root.joinpath(*parts)
        for candidate in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py"):
            if candidate.is_file():
                return candidate
    return None


def _may_be_installed(code: Path, top: str) -> bool:
    """A handler may live in a dependency, as those of monitoring layers do."""
    own = (code / top).exists() or (code / f"{top}.py").exists()
    return not own and (code / "requirements.txt").is_file()


def _check_name(function: Section, file: Path, code: Path, name: str, runtime: str) -> None:
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if runtime != f"python{sys.version_info.major}.{sys.version_info.minor}":
            return  # Another Python's syntax: its own interpreter will judge.
        line = getattr(error, "lineno", None) or 1
        raise function.fault(
            None,
            what=f"{shown(file)}:{line} is not valid Python",
            found=getattr(error, "msg", None) or "text that cannot be parsed",
            fix="Correct the file.",
            at="Handler",
        ) from None
    names = list(_bound(tree.body))
    if name in names or "*" in names or "__getattr__" in names:
        return
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    shown_names = ", ".join(f"`{found}`" for found in functions[:4]) or "no function at all"
    raise function.fault(
        None,
        what=f"no `{name}` in {file.relative_to(code) if file.is_relative_to(code) else shown(file)}",
        found=shown_names,
        fix="Fix Handler or rename it.",
        at="Handler",
    )


def _bound(statements: Sequence[ast.stmt]) -> Iterator[str]:
    """Names that a module binds at its top level, also inside if, try, with and loops."""
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.name
            continue
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.split(".")[0] for alias in statement.names)
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield node.name
            elif isinstance(node, ast.Import | ast.ImportFrom):
                yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
