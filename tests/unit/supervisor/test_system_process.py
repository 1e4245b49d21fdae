"""How a system's process says why it ended."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

import emulator.app
from emulator.errors import TemplateError
from emulator.supervisor import system_process
from emulator.system_spec import SystemSpec


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(system_process, "die_with_parent", lambda: None)
    file = tmp_path / "spec.json"
    file.write_text(SystemSpec("shop", tmp_path / "template.yaml", 1, "embedded", state=tmp_path).to_json())
    return file


def said_when(error: Exception, spec: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """The sentence of a system that could not run for this."""

    def run(*_: object) -> None:
        raise error

    monkeypatch.setattr(emulator.app, "run_system", run)
    assert system_process.main([str(spec)]) == 1
    sentence: str = json.loads(capsys.readouterr().err.splitlines()[-1])["error"]
    return sentence


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), ("The disk is full", "Free some space")),
        (OSError(errno.ECONNRESET, "reset"), ("System shop", "ConnectionResetError")),
        (TemplateError("No such thing", fix="Write it."), ("No such thing", "Write it.")),
        (KeyError("a"), ("System shop", "template.yaml", "KeyError: 'a'")),
    ],
)
def test_reason_is_one_sentence(
    error: Exception,
    words: tuple[str, ...],
    spec: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sentence = said_when(error, spec, monkeypatch, capsys)
    assert all(word in sentence for word in words)
