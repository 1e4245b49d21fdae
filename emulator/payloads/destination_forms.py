"""The form in which a destination gets an invocation record: an event on a bus, or an object in a bucket.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

_PAYLOADS = ("requestPayload", "responsePayload")


def bus_entry(body: str, bus_arn: str) -> dict[str, Any]:
    """The PutEvents entry of an invocation record: its outcome in the detail type, both ARNs as resources.

    The page says that the source is aws.lambda; events that arrive have "lambda", and so do everybody's rules.
    """
    context = json.loads(body)["requestContext"]
    result = "Success" if context["condition"] == "Success" else "Failure"
    return {
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {result}",
        "Detail": body,
        "Resources": [bus_arn, context["functionArn"]],
        "EventBusName": bus_arn,
    }


def within(body: str, limit: int) -> str:
    """The record, without both payloads where it has more bytes than the destination takes.

    https://docs.aws.amazon.com/lambda/latest/api/API_OnFailure.html
    """
    if len(body.encode()) <= limit:
        return body
    return json.dumps({key: value for key, value in json.loads(body).items() if key not in _PAYLOADS})


def is_bucket(arn: str) -> bool:
    """True for the ARN of a bucket, which has neither region nor account."""
    return arn.split(":")[2:3] == ["s3"]


def stream_object_arn(bucket_arn: str, mapping_id: str, shard_id: str, now_s: float, object_id: str) -> str:
    """Where the record of discarded stream records goes in a bucket: the object's ARN."""
    return _object_arn(bucket_arn, f"{mapping_id}/{shard_id}", now_s, object_id)


def async_object_arn(bucket_arn: str, function_name: str, now_s: float, object_id: str) -> str:
    """Where the record of an asynchronous event that was given up goes in a bucket: the object's ARN."""
    return _object_arn(bucket_arn, f"async/{function_name}", now_s, object_id)


def _object_arn(bucket_arn: str, folder: str, now_s: float, object_id: str) -> str:
    when = datetime.fromtimestamp(now_s, UTC)
    return f"{bucket_arn}/aws/lambda/{folder}/{when:%Y/%m/%d}/{when:%Y-%m-%dT%H.%M.%S}-{object_id}"
