"""Which systems have demo data and secrets: every folder beside this file that has the module for it.

seed/<system>/loading.py        load(target, say): everything, each step only as far as it is missing
seed/<system>/secret_values.py  ensure(ssm, stage): creates the missing secrets, returns all by name
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from seed.target import Say, Target

HERE = Path(__file__).parent

Load = Callable[[Target, Say], None]
Ensure = Callable[[Any, str], dict[str, str]]


def systems() -> list[str]:
    """Those with demo data."""
    return _with_module("loading")


def load_of(system: str) -> Load:
    """Fills a system; raises SeedError."""
    found: Load = import_module(f"seed.{system}.loading").load
    return found


def ensure_of(system: str) -> Ensure | None:
    """Creates the secrets of a system; None for one that has none."""
    if system not in _with_module("secret_values"):
        return None
    found: Ensure = import_module(f"seed.{system}.secret_values").ensure
    return found


def _with_module(name: str) -> list[str]:
    return sorted(path.parent.name for path in HERE.glob(f"*/{name}.py"))
