"""When a stream record was written, as far as its date tells."""

from __future__ import annotations

import pytest

from emulator.payloads.dynamodb_stream import event_record
from emulator.sources.stream_item import StreamItem, from_record

MINUTE = 29_000_000 * 60.0


def item(created_s: float | None, read_s: float) -> StreamItem:
    dated = {} if created_s is None else {"ApproximateCreationDateTime": created_s}
    raw = {
        "eventID": "1",
        "eventName": "INSERT",
        "awsRegion": "us-east-1",
        "dynamodb": {"SequenceNumber": "1", **dated},
    }
    return from_record(raw, event_record(raw, "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/1"), read_s)


@pytest.mark.parametrize(
    ("created_s", "read_s", "written_s"),
    [
        pytest.param(MINUTE + 7, MINUTE + 90, MINUTE + 7, id="dated to the second"),
        pytest.param(MINUTE + 0.5, MINUTE + 90, MINUTE + 0.5, id="dated more exactly"),
        pytest.param(MINUTE, MINUTE + 0.2, MINUTE + 0.2, id="in the first second of a minute"),
        pytest.param(MINUTE, MINUTE + 55, MINUTE + 55, id="dated to the minute, read in the same"),
        pytest.param(MINUTE, MINUTE + 61, MINUTE + 59, id="dated to the minute, read in the next"),
        pytest.param(MINUTE, MINUTE - 1, MINUTE, id="by a clock that is ahead of ours"),
        pytest.param(None, MINUTE + 3, MINUTE + 3, id="without a date"),
    ],
)
def test_record_is_as_old_as_it_must_be(created_s: float | None, read_s: float, written_s: float) -> None:
    assert item(created_s, read_s).written_s == written_s
