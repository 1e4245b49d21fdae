"""Loads everything, each step only as far as it is missing."""

from __future__ import annotations

from seed.chat import secret_values
from seed.target import Say, Target


def load(target: Target, say: Say) -> None:
    """Secrets. Raises SeedError."""
    secret_values.ensure(target.client("ssm"), target.stage)
    say("secrets are there")
