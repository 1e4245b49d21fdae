"""The tumbling window that one lane of a shard is in. Windows follow the arrival times of records, from the epoch on.

https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from emulator.sources.window_memory import OpenWindow, WindowMemory

MAX_STATE_BYTES = 1024 * 1024
SETTLE_S = 1.0
"""A window without a later record closes so long after its end: streams show a change a moment after it was made."""


class TumblingWindow:
    """Used by one thread at a time: who delivers a lane's batch, else who polls.

    With a parallelization factor above 1 each lane has windows and a state of its own.
    """

    def __init__(self, size_s: int, memory: WindowMemory, stream_arn: str, shard_id: str, lane: int) -> None:
        self._size_s, self._memory = size_s, memory
        self._arn, self._shard_id, self._lane = stream_arn, shard_id, lane
        self.open, self._settled = memory.load(shard_id, lane)

    def start_of(self, created_s: float) -> int:
        """The start of the window that a record of this arrival time is in."""
        return int(created_s // self._size_s) * self._size_s

    def end_of(self, start_s: int) -> int:
        return start_s + self._size_s

    def has_settled(self, sequence: str) -> bool:
        """True for a record that an earlier run handled in this lane. A shard's sequence numbers only grow."""
        return self._settled is not None and int(sequence) <= int(self._settled)

    def enter(self, start_s: int) -> None:
        """The batch that is delivered next begins in this window."""
        if self.open is None:
            self.open = OpenWindow(start_s, self.end_of(start_s))

    def fields(self, *, final: bool = False, early: bool = False) -> dict[str, Any]:
        """What an event carries beside its records."""
        window = self._opened()
        return {
            "window": {"start": _iso(window.start_s), "end": _iso(window.end_s)},
            "state": json.loads(window.state),
            "shardId": self._shard_id,
            "eventSourceARN": self._arn,
            "isFinalInvokeForWindow": final,
            "isWindowTerminatedEarly": early,
        }

    def keep(self, state: dict[str, Any], sequence: str) -> None:
        """All records up to `sequence` are in this state now."""
        self.open = replace(self._opened(), state=json.dumps(state, separators=(",", ":")))
        self._remember(sequence)

    def settle(self, sequence: str) -> None:
        """The records up to `sequence` are over, without a trace in the state."""
        self._remember(sequence)

    @property
    def too_large(self) -> bool:
        return self.open is not None and len(self.open.state.encode()) > MAX_STATE_BYTES

    def close(self) -> None:
        """The final invocation succeeded: the state is dropped."""
        self.open = None
        self._remember(self._settled)

    def _opened(self) -> OpenWindow:
        assert self.open is not None, "a batch enters its window before it is delivered"
        return self.open

    def _remember(self, sequence: str | None) -> None:
        self._settled = sequence
        self._memory.save(self._shard_id, self._lane, self.open, sequence)


def state_in(payload: bytes) -> dict[str, Any] | None:
    """The state a function answered with; None when there is none, which AWS takes for a failed invocation."""
    try:
        answer = json.loads(payload or b"null")
    except ValueError:
        return None
    state = answer.get("state") if isinstance(answer, dict) else None
    return state if isinstance(state, dict) else None


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
