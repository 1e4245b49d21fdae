"""What must survive a restart of a tumbling window: its state, and which records are in it."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.sources.store import Store


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """Times in seconds since the epoch; `state` is JSON text."""

    start_s: int
    end_s: int
    state: str = "{}"


@dataclass(frozen=True, slots=True)
class WindowMemory:
    """The windows of one mapping on one stream, one for each lane of a shard."""

    store: Store
    mapping: str
    stream_arn: str

    def load(self, shard_id: str, lane: int) -> tuple[OpenWindow | None, str | None]:
        """The open window of a lane and the last sequence number that is settled in it."""
        rows = self.store.rows(
            "SELECT start_s, end_s, state, sequence FROM windows "
            "WHERE mapping = ? AND stream_arn = ? AND shard_id = ? AND lane = ?",
            *self._key(shard_id, lane),
        )
        if not rows:
            return None, None
        start_s, end_s, state, sequence = rows[0]
        return (None if state is None else OpenWindow(start_s, end_s, state)), sequence

    def save(self, shard_id: str, lane: int, window: OpenWindow | None, sequence: str | None) -> None:
        """State and sequence number in one transaction: no record is counted twice after a crash."""
        values = (None, None, None) if window is None else (window.start_s, window.end_s, window.state)
        self.store.write(
            "INSERT OR REPLACE INTO windows VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *self._key(shard_id, lane),
            *values,
            sequence,
        )

    def lanes(self, shard_id: str) -> int:
        """How many lanes of a shard have something here: there may have been more of them in an earlier run."""
        rows = self.store.rows(
            "SELECT max(lane) FROM windows WHERE mapping = ? AND stream_arn = ? AND shard_id = ?",
            self.mapping,
            self.stream_arn,
            shard_id,
        )
        return 0 if rows[0][0] is None else int(rows[0][0]) + 1

    def _key(self, shard_id: str, lane: int) -> tuple[str, str, str, int]:
        return self.mapping, self.stream_arn, shard_id, lane
