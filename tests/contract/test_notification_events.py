"""The events functions get from SNS and S3: keys and types of those recorded on AWS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import S3Event, SNSEvent

from emulator.payloads import s3_event, sns_event

FOLDER = Path(__file__).parents[1] / "events" / "lambda-events"
SNS = json.loads((FOLDER / "sns-event.json").read_text())
S3 = json.loads((FOLDER / "s3-event.json").read_text())


def shape(value: Any) -> Any:
    """Keys and types, without values."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    return [shape(one) for one in value] if isinstance(value, list) else type(value)


def as_a_queue_gets_it(recorded: dict[str, Any]) -> dict[str, Any]:
    """The recorded notification in the spelling of SNS's other subscribers."""
    return {name.replace("CertUrl", "CertURL").replace("scribeUrl", "scribeURL"): v for name, v in recorded.items()}


def test_notification_of_sns_is_the_recorded_one() -> None:
    recorded = SNS["Records"][0]
    sent = sns_event.notification(json.dumps(as_a_queue_gets_it(recorded["Sns"])))
    assert sent is not None
    made = json.loads(sns_event.event(sent, recorded["EventSubscriptionArn"]))
    assert made == SNS
    assert SNSEvent(made).sns_message == "Hello from SNS!"


def test_notification_without_subject_and_attributes_has_null_and_an_empty_map() -> None:
    sent = {"Type": "Notification", "MessageId": "m", "TopicArn": "t", "Message": "x"}
    (record,) = json.loads(sns_event.event(sent, "s"))["Records"]
    assert record["Sns"]["Subject"] is None
    assert record["Sns"]["MessageAttributes"] == {}


def test_unsubscribing_means_the_functions_own_subscription() -> None:
    sent = {
        "Type": "Notification",
        "Message": "x",
        "UnsubscribeURL": "https://sns/?Action=Unsubscribe&SubscriptionArn=other",
    }
    (record,) = json.loads(sns_event.event(sent, "own"))["Records"]
    assert record["Sns"]["UnsubscribeUrl"] == "https://sns/?Action=Unsubscribe&SubscriptionArn=own"


@pytest.mark.parametrize("body", ["text", "[]", '{"Type": "SubscriptionConfirmation", "Message": "x"}', "{}"])
def test_other_messages_are_no_notification(body: str) -> None:
    assert sns_event.notification(body) is None


def created(**values: Any) -> dict[str, Any]:
    """The least a backend may send of an object that was created."""
    record = {
        "awsRegion": "us-east-1",
        "eventTime": "2026-01-01T00:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "files"}, "object": {"key": "a", "size": 3, "eTag": "e", "versionId": "v"}},
    }
    return {"Records": [{**record, **values}]}


def of(sent: dict[str, Any]) -> dict[str, Any]:
    made = json.loads(s3_event.event(sent, "configuration", "c3d13fe5-8de4-c810-0000-000000000000"))
    record: dict[str, Any] = made["Records"][0]
    return record


def test_what_a_backend_leaves_out_is_filled_in() -> None:
    record = of(created())
    assert shape({"Records": [record]}) == shape(S3)
    assert (record["eventVersion"], record["s3"]["s3SchemaVersion"]) == ("2.1", "1.0")
    assert record["s3"]["configurationId"] == "configuration"
    assert record["s3"]["bucket"]["arn"] == "arn:aws:s3:::files"
    assert S3Event({"Records": [record]}).object_key == "a"


def test_recorded_event_of_s3_stays_what_it_is() -> None:
    recorded = S3["Records"][0]
    made = of({"Records": [recorded]})
    made["s3"]["configurationId"] = recorded["s3"]["configurationId"]
    assert {**made, "s3": {**made["s3"], "object": None}} == {**recorded, "s3": {**recorded["s3"], "object": None}}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("Happy%20Face.jpg", "Happy+Face.jpg"),
        ("in/a+b%2Bc.txt", "in/a+b%2Bc.txt"),
        ("%C3%A9t%C3%A9", "%C3%A9t%C3%A9"),
        ("a%3Db%26c", "a%3Db%26c"),
    ],
)
def test_keys_are_encoded_as_in_a_form(sent: str, expected: str) -> None:
    assert of(created(s3={"bucket": {"name": "files"}, "object": {"key": sent}}))["s3"]["object"]["key"] == expected


def test_removed_object_has_neither_size_nor_etag() -> None:
    removed = {"bucket": {"name": "files"}, "object": {"key": "a", "size": 0, "eTag": "", "sequencer": "1"}}
    record = of(created(eventName="s3:ObjectRemoved:Delete", s3=removed))
    assert record["eventName"] == "ObjectRemoved:Delete"
    assert record["s3"]["object"] == {"key": "a", "sequencer": "1"}


def test_what_only_some_events_have_is_kept() -> None:
    restored = {"restoreEventData": {"lifecycleRestorationExpiryTime": "2026-01-01T00:00:00.000Z"}}
    assert of(created(eventName="ObjectRestore:Completed", glacierEventData=restored))["glacierEventData"] == restored
