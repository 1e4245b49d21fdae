"""Finds the Python that a template's Runtime asks for, or the nearest one this machine has.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from emulator.errors import RuntimeSetupError

SUPPORTED = ("3.11", "3.12", "3.13", "3.14")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python outside any virtual environment; `exact` is False when the template asked for another version."""

    executable: Path
    version: str
    exact: bool


def find(runtime: str) -> Interpreter:
    """The interpreter for e.g. "python3.12"; raises RuntimeSetupError when this machine has none at all."""
    wanted = runtime.removeprefix("python")
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    for version in sorted({*SUPPORTED, wanted, own}, key=lambda version: _distance(version, wanted)):
        executable = _own_base() if version == own else installed(version)
        if executable is not None:
            return Interpreter(executable, version, version == wanted)
    raise RuntimeSetupError(
        f"No Python for {runtime}", found="none on this machine", fix="Install Python 3.11 or newer."
    )


def _distance(version: str, wanted: str) -> tuple[int, int]:
    minor, target = (int(value.split(".")[1]) for value in (version, wanted))
    return abs(minor - target), -minor


def _own_base() -> Path:
    # A virtual environment's Python would bring the emulator's own packages along.
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


@cache
def installed(version: str) -> Path | None:
    """The machine's Python of this version ("3.12"), None when there is none."""
    return _found_by_uv(version) or _from_pyenv(version)


def _from_pyenv(version: str) -> Path | None:
    """pyenv's versions that are not activated have no working shim."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = sorted(root.glob(f"versions/{version}.*/bin/python{version}"))
    return found[-1].resolve() if found else None


def _found_by_uv(version: str) -> Path | None:
    command = [
        sys.executable,
        "-m",
        "uv",
        "python",
        "find",
        "--no-python-downloads",
        "--no-project",
        "--system",
        version,
    ]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    path = Path(found.stdout.strip())
    return path.resolve() if found.returncode == 0 and path.is_file() else None
