"""Invocation records as buses and buckets get them."""

from __future__ import annotations

import json

import pytest

from emulator.payloads.destination_forms import (
    async_object_arn,
    bus_entry,
    is_bucket,
    stream_object_arn,
    within,
)

BUS = "arn:aws:events:us-east-1:000000000000:event-bus/results"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:demo:$LATEST"
BUCKET = "arn:aws:s3:::failures"


def record(condition: str, payload: str = "p") -> str:
    context = {"functionArn": FUNCTION, "condition": condition}
    return json.dumps({"requestContext": context, "requestPayload": payload, "responsePayload": payload})


@pytest.mark.parametrize(
    ("condition", "result"),
    [("Success", "Success"), ("RetriesExhausted", "Failure"), ("EventAgeExceeded", "Failure")],
)
def test_event_on_a_bus_is_what_lambda_puts_there(condition: str, result: str) -> None:
    body = record(condition)
    assert bus_entry(body, BUS) == {
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {result}",
        "Detail": body,
        "Resources": [BUS, FUNCTION],
        "EventBusName": BUS,
    }


def test_objects_are_named_by_mapping_or_function_and_by_time() -> None:
    day = "2023/11/14/2023-11-14T22.13.20-id"
    assert stream_object_arn(BUCKET, "uuid", "shard", 1_700_000_000, "id") == f"{BUCKET}/aws/lambda/uuid/shard/{day}"
    assert async_object_arn(BUCKET, "demo", 1_700_000_000, "id") == f"{BUCKET}/aws/lambda/async/demo/{day}"


def test_only_a_bucket_is_a_bucket() -> None:
    assert is_bucket(BUCKET)
    assert not is_bucket("arn:aws:sqs:us-east-1:000000000000:s3")
    assert not is_bucket("nonsense")


def test_record_above_the_limit_loses_its_payloads_and_nothing_else() -> None:
    large = record("RetriesExhausted", "x" * 500)
    assert within(large, 2000) == large
    assert json.loads(within(large, 500)) == {"requestContext": json.loads(large)["requestContext"]}
