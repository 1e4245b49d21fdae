"""What the process of a system finds around it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from emulator.supervisor.system_child import SystemChild
from emulator.system_spec import SystemSpec

SAYS = "import os; print(os.environ['MALLOC_ARENA_MAX'], os.environ['TERRARIUM_STATE'])"


def said(state: Path) -> str:
    """What a process in place of the system's prints of its environment."""
    (state / "logs").mkdir()
    child = SystemChild(
        SystemSpec("shop", state / "template.yaml", 1, "embedded", state=state), (sys.executable, "-c", SAYS)
    )
    child.start()
    try:
        assert child._process is not None
        assert child._process.wait(30) == 0
        return child.log.read_text().strip()
    finally:
        child.stop(1)


def test_a_system_gives_memory_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    assert said(tmp_path) == f"2 {tmp_path}"


def test_a_persons_own_settings_of_memory_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "7")
    assert said(tmp_path) == f"7 {tmp_path}"
