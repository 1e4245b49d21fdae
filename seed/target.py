"""What a system's loading gets and raises: the same for all systems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Say = Callable[[str], None]
"""Tells a person what was done, one sentence at a time."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is filled. `client` makes boto3 clients; `until` is the day that data about the past ends before."""

    api: str
    stack: str
    stage: str
    client: Callable[[str], Any]
    until: datetime


class SeedError(Exception):
    """The system does not take the demo data; the text says what it answered."""
