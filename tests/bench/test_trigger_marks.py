"""The benchmark's handler and its listener agree on what a mark is."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.bench.trigger_marks import Marks

HANDLER = Path(__file__).parent / "app_triggers" / "src" / "mark.py"


def handler_module(port: int, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("LISTENER_PORT", str(port))
    found = importlib.util.spec_from_file_location("mark", HANDLER)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_every_mark_of_an_event_arrives_with_the_time_its_handler_started(monkeypatch: pytest.MonkeyPatch) -> None:
    with Marks() as marks:
        handler = handler_module(marks.port, monkeypatch).handler
        handler({"Records": [{"body": "mark-a1-1"}, {"s3": {"object": {"key": "mark-a1-2"}}}]}, None)

        assert marks.wait(["mark-a1-1", "mark-a1-2"], timeout_s=5)
        assert marks.started("mark-a1-1") == marks.started("mark-a1-2")
        assert not marks.wait(["mark-a1-3"], timeout_s=0.01)
