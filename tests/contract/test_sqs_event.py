"""The event a function gets from an SQS queue, against the one recorded on AWS."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSEvent

from emulator.model import QueueMessage
from emulator.payloads import sqs_event

EVENT = json.loads((Path(__file__).parents[1] / "events" / "lambda-events" / "sqs-event.json").read_text())
RECORDED = EVENT["Records"][0]
API_NAMES = {
    "stringValue": "StringValue",
    "binaryValue": "BinaryValue",
    "stringListValues": "StringListValues",
    "binaryListValues": "BinaryListValues",
    "dataType": "DataType",
}


def as_receive_message_gives_it(record: dict[str, Any]) -> QueueMessage:
    """The recorded event's record back in the form of the ReceiveMessage API, as the SDK gives it."""
    return QueueMessage(
        message_id=record["messageId"],
        receipt_handle=record["receiptHandle"],
        body=record["body"],
        system_attributes=record["attributes"],
        message_attributes={name: of_the_api(value) for name, value in record["messageAttributes"].items()},
        md5_of_body=record["md5OfBody"],
        md5_of_message_attributes=record.get("md5OfMessageAttributes"),
    )


def of_the_api(attribute: dict[str, Any]) -> dict[str, Any]:
    """Empty lists are not there, binary values are bytes."""
    given = {API_NAMES[name]: value for name, value in attribute.items() if value != []}
    if "BinaryValue" in given:
        given["BinaryValue"] = base64.b64decode(given["BinaryValue"])
    if "BinaryListValues" in given:
        given["BinaryListValues"] = [base64.b64decode(each) for each in given["BinaryListValues"]]
    return given


def event_of(message: QueueMessage) -> dict[str, Any]:
    record = sqs_event.event_record(message, RECORDED["eventSourceARN"])
    event: dict[str, Any] = json.loads(sqs_event.event([json.dumps(record).encode()]))
    return event


def test_record_is_the_recorded_one() -> None:
    assert sqs_event.event_record(as_receive_message_gives_it(RECORDED), RECORDED["eventSourceARN"]) == RECORDED


def test_digest_of_attributes_is_absent_where_there_are_none() -> None:
    message = as_receive_message_gives_it({**RECORDED, "messageAttributes": {}, "md5OfMessageAttributes": None})
    (record,) = event_of(message)["Records"]
    assert record["messageAttributes"] == {}
    assert record.keys() == RECORDED.keys() - {"md5OfMessageAttributes"}


def test_fifo_attributes_reach_the_function() -> None:
    fifo = {
        "SequenceNumber": "18849496460467696128",
        "MessageGroupId": "1",
        "MessageDeduplicationId": "1",
        "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
    }
    message = as_receive_message_gives_it({**RECORDED, "attributes": {**RECORDED["attributes"], **fifo}})
    (record,) = event_of(message)["Records"]
    assert record["attributes"] == {**RECORDED["attributes"], **fifo}


def test_whole_event_is_read_by_powertools() -> None:
    first, *others = SQSEvent(event_of(as_receive_message_gives_it(RECORDED))).records
    assert others == []
    assert (first.message_id, first.body, first.aws_region) == ("MessageID_1", "Message Body", "us-west-2")
    assert first.attributes.approximate_receive_count == "2"
    number, binary = first.message_attributes["Attribute2"], first.message_attributes["Attribute3"]
    assert number is not None
    assert number.string_value == "123"
    assert binary is not None
    assert binary.binary_value == "MTEwMA=="
