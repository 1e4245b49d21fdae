"""The secrets that chat reads from Parameter Store."""

from __future__ import annotations

from typing import Any

from seed import secure_strings

NAMES = ("jwt-secret", "jwt-refresh-secret", "paging-secret")


def ensure(ssm: Any, stage: str) -> dict[str, str]:
    """The secrets of a stage by name."""
    return secure_strings.ensure(ssm, f"/chat/{stage}", NAMES)
