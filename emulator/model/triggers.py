"""Event source mappings, and what they read from streams and queues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from emulator.model.places import Place


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event source mapping: what is polled for which function, and how batches are made and acknowledged."""

    logical_id: str
    kind: Literal["dynamodb", "sqs"]
    function: str
    source_arn: str
    place: Place
    enabled: bool = True
    batch_size: int = 100
    window_s: int = 0
    filters: tuple[str, ...] = ()
    report_batch_item_failures: bool = False
    starting_position: Literal["TRIM_HORIZON", "LATEST"] | None = None
    parallelization_factor: int = 1
    bisect_on_error: bool = False
    max_retries: int | None = None
    max_record_age_s: int | None = None
    tumbling_window_s: int = 0
    on_failure: str | None = None
    maximum_concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class StreamShard:
    """One shard of a DynamoDB stream. `last_sequence` is None while the shard is open."""

    id: str
    parent: str | None = None
    first_sequence: str | None = None
    last_sequence: str | None = None


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """One received SQS message. `sent_ms` is SentTimestamp, `receive_count` ApproximateReceiveCount."""

    message_id: str
    receipt_handle: str
    body: str
    receive_count: int = 1
    sent_ms: int = 0
    system_attributes: Mapping[str, str] = field(default_factory=dict)
    message_attributes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    md5_of_body: str = ""
    md5_of_message_attributes: str | None = None
