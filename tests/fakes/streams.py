"""An in-memory DynamoDB stream that passes the contract test of the real reader."""

from __future__ import annotations

import threading
from typing import Any

from emulator.errors import BackendUnavailableError, StreamIteratorExpiredError, StreamPositionLostError
from emulator.model import StreamShard

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/Links/stream/2026-01-01T00:00:00.000"


class FakeStreams:
    """One stream. Iterators are `<generation>/<shard>/<position>`; a wipe starts a new generation."""

    def __init__(self, created_s: float = 1_700_000_000.0) -> None:
        self._lock = threading.Lock()
        self._shards: dict[str, dict[str, Any]] = {}
        self._next = 100
        self._generation = 0
        self.created_s = created_s
        self.away = False
        self.pages_read = 0
        self.add_shard("shard-1")

    def add_shard(self, shard_id: str, parent: str | None = None) -> None:
        self._shards[shard_id] = {"parent": parent, "records": [], "closed": False, "trimmed": 0}

    def close_shard(self, shard_id: str) -> None:
        self._shards[shard_id]["closed"] = True

    def write(self, key: str, value: str = "v", shard_id: str = "shard-1", created_s: float | None = None) -> str:
        """Append an INSERT record as GetRecords returns it; its sequence number."""
        with self._lock:
            self._next += 1
            created = float(self.created_s if created_s is None else created_s)
            change = {
                "ApproximateCreationDateTime": created,
                "Keys": {"pk": {"S": key}},
                "NewImage": {"pk": {"S": key}, "value": {"S": value}},
                "SequenceNumber": str(self._next),
                "SizeBytes": 10,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            }
            record = {
                "eventID": f"id-{self._next}",
                "eventName": "INSERT",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": "us-east-1",
                "dynamodb": change,
            }
            self._shards[shard_id]["records"].append(record)
            return str(self._next)

    def trim(self, shard_id: str, count: int) -> None:
        """The oldest records expire."""
        self._shards[shard_id]["trimmed"] = count

    def wipe(self) -> None:
        """The backend comes back empty under the same ARN."""
        self._generation += 1
        for shard in self._shards.values():
            shard["records"], shard["trimmed"] = [], 0

    def expire_iterators(self) -> None:
        self._generation += 1

    # ------------------------------------------------------------ StreamReader

    def shards(self, stream_arn: str) -> list[StreamShard]:
        self._answer()
        return [
            StreamShard(shard_id, shard["parent"], None, "999999" if shard["closed"] else None)
            for shard_id, shard in self._shards.items()
        ]

    def iterator(self, stream_arn: str, shard_id: str, kind: str, sequence_number: str | None = None) -> str:
        self._answer()
        shard = self._shards[shard_id]
        if kind == "TRIM_HORIZON":
            position = shard["trimmed"]
        elif kind == "LATEST":
            position = len(shard["records"])
        else:
            position = self._position_of(shard, str(sequence_number)) + (kind == "AFTER_SEQUENCE_NUMBER")
        return f"{self._generation}/{shard_id}/{position}"

    def records(self, iterator: str) -> tuple[list[dict[str, Any]], str | None]:
        self._answer()
        self.pages_read += 1
        generation, shard_id, position = iterator.split("/")
        if int(generation) != self._generation:
            raise StreamIteratorExpiredError("The iterator is too old")
        shard = self._shards[shard_id]
        page = shard["records"][int(position) : int(position) + 1000]
        end = int(position) + len(page)
        if shard["closed"] and end >= len(shard["records"]):
            return page, None
        return page, f"{generation}/{shard_id}/{end}"

    def _answer(self) -> None:
        if self.away:
            raise BackendUnavailableError("The backend does not answer")

    def _position_of(self, shard: dict[str, Any], sequence_number: str) -> int:
        for position, record in enumerate(shard["records"]):
            if record["dynamodb"]["SequenceNumber"] == sequence_number and position >= shard["trimmed"] - 1:
                return position
        raise StreamPositionLostError(f"Sequence number {sequence_number} is trimmed or unknown")
