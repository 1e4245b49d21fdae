"""What happens while a run starts, told step by step: the same values in the foreground and from the daemon."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

StepState = Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of progress; a later step of the same name replaces it."""

    name: str
    state: StepState
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything is healthy."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing runs; `sentence` says why and what to do."""

    sentence: str


Event = Step | Ready | Failed


def to_line(event: Event) -> str:
    """One line of JSON."""
    match event:
        case Step():
            return json.dumps({"step": event.name, "state": event.state, "detail": event.detail})
        case Ready():
            return json.dumps({"ready": True})
        case Failed():
            return json.dumps({"error": event.sentence})


def from_line(line: str) -> Event:
    """What `to_line` wrote; any other text (an interpreter's last words) is a failure with that text."""
    try:
        raw: dict[str, Any] = json.loads(line)
        if "step" in raw:
            return Step(raw["step"], raw["state"], raw["detail"])
        if "ready" in raw:
            return Ready()
        return Failed(raw["error"])
    except (ValueError, KeyError, TypeError):
        return Failed(line.strip())
