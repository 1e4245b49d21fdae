"""Called every five minutes: calls the other functions, so that each has an environment that is ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assets import wiring
from assets.journal import Journal

_warm = wiring.warmer()
_journal = Journal("Warmer")


def handler(_event: Mapping[str, Any], context: Any) -> dict[str, str]:
    """What each function answered. One that fails has an alarm of its own."""
    answered = _warm()
    cold = sum(answer != "warm" for answer in answered.values())
    request_id = str(getattr(context, "aws_request_id", ""))
    _journal.note("WARNING" if cold else "INFO", "warmed", request_id, {"FunctionsNotWarmed": cold}, functions=answered)
    return answered
