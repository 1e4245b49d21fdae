"""The audit trail as compressed JSON lines, without people's ids: audit/dt=YYYY-MM-DD/part-0000.jsonl.gz."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from orders.domain.audit import AuditEntry


class BucketArchive:
    """Implements the port Archive."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def store(self, day: str, part: int, entries: Sequence[AuditEntry]) -> None:
        lines = "".join(_line(entry) for entry in entries)
        self._client.put_object(
            Bucket=self._bucket,
            Key=f"audit/dt={day}/part-{part:04d}.jsonl.gz",
            Body=gzip.compress(lines.encode(), mtime=0),
            ContentType="application/x-ndjson",
            ContentEncoding="gzip",
        )


def _line(entry: AuditEntry) -> str:
    """Nothing in the archive has to be looked for when somebody asks to be forgotten."""
    kept = asdict(entry)
    del kept["person_id"]
    return json.dumps(kept, separators=(",", ":")) + "\n"
