"""One stream record on its way through the machinery: serialised once, however often it is delivered."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from emulator.payloads import dynamodb_stream
from emulator.sources.pattern import Pattern, parse_pattern


@dataclass(frozen=True, slots=True)
class StreamItem:
    """`text` is the record's JSON, `key_hash` tells its item.

    In seconds since the epoch: `created_s` is what the record says, `written_s` the last second it may have meant.
    """

    sequence: str
    text: str
    key_hash: int
    created_s: float
    written_s: float


def from_record(raw: dict[str, Any], record: dict[str, Any], now_s: float) -> StreamItem:
    """From the record as boto3 gave it and as the function will see it."""
    told_s = dynamodb_stream.created_s(raw)
    created_s = now_s if told_s is None else told_s
    keys = json.dumps(record["dynamodb"].get("Keys", {}), sort_keys=True)
    return StreamItem(
        sequence=record["dynamodb"]["SequenceNumber"],
        text=json.dumps(record, separators=(",", ":")),
        key_hash=zlib.crc32(keys.encode()),
        created_s=created_s,
        written_s=max(created_s, min(now_s, created_s + dynamodb_stream.creation_step_s(created_s) - 1)),
    )


def record_filter(patterns: Iterable[str]) -> Callable[[dict[str, Any]], bool]:
    """Whether a record passes the filter criteria: any of the patterns, or there are none.

    https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
    """
    compiled: list[Pattern] = [parse_pattern(text) for text in patterns]
    return lambda record: not compiled or any(matches(record) for matches in compiled)
