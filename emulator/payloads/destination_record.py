"""The records that Lambda sends to destinations and dead-letter queues.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from emulator.model import Outcome

AsyncCondition = Literal["Success", "RetriesExhausted", "EventAgeExceeded", "ZeroReservedConcurrency"]
StreamCondition = Literal["RetryAttemptsExhausted", "RecordAgeExceeded"]


@dataclass(frozen=True, slots=True)
class StreamBatch:
    """The records a stream failure record is about, without their contents. Times in seconds since the epoch."""

    stream_arn: str
    shard_id: str
    first_sequence: str
    last_sequence: str
    first_arrival_s: float
    last_arrival_s: float
    size: int


def async_record(
    condition: AsyncCondition,
    *,
    function_arn: str,
    request_id: str,
    invoke_count: int,
    request: bytes,
    outcome: Outcome | None,
    now_s: float,
) -> str:
    """The record of an asynchronous invocation; `outcome` is None when the function never answered."""
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": _milliseconds(now_s),
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{function_arn}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": invoke_count,
        },
        "requestPayload": _parsed(request),
    }
    if outcome is not None:
        record["responseContext"] = _response_context(outcome)
        record["responsePayload"] = _parsed(outcome.payload)
    return json.dumps(record)


def stream_failure_record(
    condition: StreamCondition,
    *,
    function_arn: str,
    request_id: str,
    invoke_count: int,
    outcome: Outcome | None,
    batch: StreamBatch,
    now_s: float,
    payload: bytes | None = None,
) -> str:
    """The metadata record of stream records that were discarded; a bucket's has the event, too: `payload`."""
    record: dict[str, Any] = {
        "requestContext": {
            "requestId": request_id,
            "functionArn": function_arn,
            "condition": condition,
            "approximateInvokeCount": invoke_count,
        }
    }
    if outcome is not None:
        record["responseContext"] = _response_context(outcome)
    record["version"] = "1.0"
    record["timestamp"] = _milliseconds(now_s)
    record["DDBStreamBatchInfo"] = {
        "shardId": batch.shard_id,
        "startSequenceNumber": batch.first_sequence,
        "endSequenceNumber": batch.last_sequence,
        "approximateArrivalOfFirstRecord": _seconds(batch.first_arrival_s),
        "approximateArrivalOfLastRecord": _seconds(batch.last_arrival_s),
        "batchSize": batch.size,
        "streamArn": batch.stream_arn,
    }
    if payload is not None:
        record["payload"] = payload.decode()
    return json.dumps(record)


def dead_letter_attributes(request_id: str, outcome: Outcome | None) -> dict[str, str]:
    """Message attributes of an event in a dead-letter queue: its body is the event itself, unchanged.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
    """
    attributes = {"RequestID": request_id, "ErrorCode": "200" if outcome else "429"}
    if outcome is not None:
        answer = _parsed(outcome.payload)
        message = answer.get("errorMessage") if isinstance(answer, dict) else None
        # AWS keeps the first 1 KB; SQS refuses an empty attribute.
        attributes["ErrorMessage"] = str(message or outcome.kind)[:1024]
    return attributes


def _response_context(outcome: Outcome) -> dict[str, Any]:
    context: dict[str, Any] = {"statusCode": 200, "executedVersion": "$LATEST"}
    if outcome.failed:
        context["functionError"] = "Unhandled"
    return context


def _parsed(payload: bytes) -> Any:
    text = payload.decode("utf-8", "replace")
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _milliseconds(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _seconds(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
