"""The event a function gets from a DynamoDB stream, against the one recorded on AWS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import (
    DynamoDBRecordEventName,
    DynamoDBStreamEvent,
)

from emulator.payloads import dynamodb_stream
from emulator.sources.store import Store
from emulator.sources.tumbling_window import TumblingWindow
from emulator.sources.window_memory import WindowMemory

EVENTS = Path(__file__).parents[1] / "events" / "lambda-events"
WINDOW = json.loads((EVENTS / "dynamodb-time-window-event.json").read_text())
EVENT = json.loads((EVENTS / "dynamodb-event.json").read_text())


def as_get_records_gives_it(record: dict[str, Any]) -> dict[str, Any]:
    """The recorded event's record back in the form of the GetRecords API."""
    raw = {key: value for key, value in record.items() if key not in ("eventSourceARN", "userIdentity")}
    created = record["dynamodb"]["ApproximateCreationDateTime"]
    raw["dynamodb"] = {**record["dynamodb"], "ApproximateCreationDateTime": created + 0.25}
    if "userIdentity" in record:
        identity = record["userIdentity"]
        raw["userIdentity"] = {"Type": identity["type"], "PrincipalId": identity["principalId"]}
    return raw


@pytest.mark.parametrize("recorded", EVENT["Records"], ids=["ttl delete", "every type"])
def test_record_is_the_recorded_one(recorded: dict[str, Any]) -> None:
    raw = as_get_records_gives_it(recorded)
    assert dynamodb_stream.event_record(raw, recorded["eventSourceARN"]) == recorded


def test_whole_event_is_read_by_powertools() -> None:
    arn = EVENT["Records"][0]["eventSourceARN"]
    texts = [json.dumps(dynamodb_stream.event_record(as_get_records_gives_it(each), arn)) for each in EVENT["Records"]]
    event = DynamoDBStreamEvent(json.loads(dynamodb_stream.event(texts)))
    (first, second) = event.records
    assert first.event_name is DynamoDBRecordEventName.INSERT
    assert first.event_source_arn == arn
    assert second.dynamodb is not None
    assert second.dynamodb.new_image["String"] == "Hello"


def test_event_of_a_tumbling_window_has_the_recorded_fields(tmp_path: Path) -> None:
    memory = WindowMemory(Store(tmp_path / "windows.sqlite"), "Mapping", "stream-ARN")
    window = TumblingWindow(300, memory, "stream-ARN", "shard123456789", 0)
    window.enter(window.start_of(1_596_128_401))
    window.keep(WINDOW["state"], "333")
    texts = [json.dumps(record) for record in WINDOW["Records"]]
    assert json.loads(dynamodb_stream.event(texts, window.fields())) == WINDOW
