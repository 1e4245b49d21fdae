"""Waits for a condition with a deadline: tests never sleep a fixed time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_pause = threading.Event()


def wait_for(condition: Callable[[], T], within_s: float = 10.0, every_s: float = 0.01) -> T:
    """The first truthy value of `condition`; its last value, falsy, when the deadline passed."""
    deadline = time.monotonic() + within_s
    while True:
        value = condition()
        if value or time.monotonic() > deadline:
            return value
        _pause.wait(every_s)
