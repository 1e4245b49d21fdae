"""How a system's process says why it ends."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from emulator.errors import TemplateError
from emulator.supervisor.system_process import reason
from emulator.system_spec import SystemSpec

SPEC = SystemSpec("shop", Path("/shop/template.yaml"), 1, "embedded", state=Path("/shop/.terrarium"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), ("The disk is full", "/shop/.terrarium", "Free some space")),
        (OSError(errno.ECONNRESET, "reset"), ("System shop", "ConnectionResetError")),
        (TemplateError("No such thing", fix="Write it."), ("No such thing", "Write it.")),
        (KeyError("a"), ("System shop", "/shop/template.yaml", "KeyError: 'a'")),
    ],
)
def test_reason_is_one_sentence_that_says_what_to_do(error: Exception, words: tuple[str, ...]) -> None:
    sentence = reason(SPEC, error)
    assert all(word in sentence for word in words)
