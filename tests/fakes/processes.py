"""Processes that tests kill, looked at while they go."""

from __future__ import annotations

from contextlib import suppress

import psutil


def is_running(process: psutil.Process) -> bool:
    """False also for a zombie, and for what goes while it is looked at."""
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
