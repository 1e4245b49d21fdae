"""How far each shard of a mapping is acknowledged. Written after success, read at start."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.sources.store import Store


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The checkpoints of one mapping on one stream. A recreated table has a new stream and so starts afresh."""

    store: Store
    mapping: str
    stream_arn: str

    def since(self, now_s: float) -> tuple[float, bool]:
        """When this mapping first saw this stream, and whether that is now. It makes LATEST durable."""
        new = self.store.write("INSERT OR IGNORE INTO mappings VALUES (?, ?, ?)", self.mapping, self.stream_arn, now_s)
        ((since_s,),) = self.store.rows(
            "SELECT since_s FROM mappings WHERE mapping = ? AND stream_arn = ?", self.mapping, self.stream_arn
        )
        return since_s, new > 0

    def position(self, shard_id: str) -> str | None:
        """The last acknowledged sequence number of a shard."""
        rows = self.store.rows(
            "SELECT sequence FROM shards WHERE mapping = ? AND stream_arn = ? AND shard_id = ?",
            self.mapping,
            self.stream_arn,
            shard_id,
        )
        return rows[0][0] if rows else None

    def save(self, shard_id: str, sequence: str) -> None:
        self.store.write(
            "INSERT INTO shards VALUES (?, ?, ?, ?, 0) "
            "ON CONFLICT DO UPDATE SET sequence = excluded.sequence, finished = 0",
            self.mapping,
            self.stream_arn,
            shard_id,
            sequence,
        )

    def finish(self, shard_id: str) -> None:
        """The shard is closed and everything in it acknowledged: its children may start."""
        self.store.write(
            "INSERT INTO shards VALUES (?, ?, ?, NULL, 1) ON CONFLICT DO UPDATE SET finished = 1",
            self.mapping,
            self.stream_arn,
            shard_id,
        )

    def finished(self) -> frozenset[str]:
        rows = self.store.rows(
            "SELECT shard_id FROM shards WHERE mapping = ? AND stream_arn = ? AND finished = 1",
            self.mapping,
            self.stream_arn,
        )
        return frozenset(row[0] for row in rows)
