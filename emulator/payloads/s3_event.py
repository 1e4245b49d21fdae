"""An S3 event notification as a function gets it, from the JSON that a bucket sends to a queue.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_plus


def notification(body: str) -> dict[str, Any] | None:
    """What a bucket sent; None when it is none of a bucket's messages."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return None
    if isinstance(parsed, dict) and (parsed.get("Event") == "s3:TestEvent" or isinstance(parsed.get("Records"), list)):
        return parsed
    return None


def is_test(sent: Mapping[str, Any]) -> bool:
    """The message that a queue gets, and a function does not, when notifications are configured."""
    return sent.get("Event") == "s3:TestEvent"


def event(sent: Mapping[str, Any], configuration_id: str, message_id: str) -> bytes:
    """The whole event, with what AWS always sends and a backend may leave out."""
    records = [_record(record, configuration_id, message_id) for record in sent["Records"]]
    return json.dumps({"Records": records}, separators=(",", ":")).encode()


def _record(sent: Mapping[str, Any], configuration_id: str, message_id: str) -> dict[str, Any]:
    name = str(sent["eventName"]).removeprefix("s3:")
    request = message_id.replace("-", "").upper()
    complete = {
        "eventVersion": sent.get("eventVersion", "2.1"),
        "eventSource": "aws:s3",
        "awsRegion": sent["awsRegion"],
        "eventTime": sent["eventTime"],
        "eventName": name,
        "userIdentity": sent.get("userIdentity", {"principalId": "AWS:TERRARIUM"}),
        "requestParameters": sent.get("requestParameters", {"sourceIPAddress": "127.0.0.1"}),
        "responseElements": sent.get("responseElements", {"x-amz-request-id": request[:16], "x-amz-id-2": request}),
        "s3": _s3(sent["s3"], name, configuration_id, request),
    }
    # What belongs to some events only, such as glacierEventData.
    return {**complete, **{key: value for key, value in sent.items() if key not in complete}}


def _s3(sent: Mapping[str, Any], event_name: str, configuration_id: str, request: str) -> dict[str, Any]:
    name = sent["bucket"]["name"]
    return {
        "s3SchemaVersion": sent.get("s3SchemaVersion", "1.0"),
        "configurationId": configuration_id,
        "bucket": {
            "name": name,
            "ownerIdentity": sent["bucket"].get("ownerIdentity", {"principalId": "TERRARIUM"}),
            "arn": sent["bucket"].get("arn", f"arn:aws:s3:::{name}"),
        },
        "object": _object(sent["object"], event_name, request),
    }


def _object(sent: Mapping[str, Any], event_name: str, request: str) -> dict[str, Any]:
    """Keys are URL-encoded with + for a space. Removed objects have no size, and only delete markers an ETag."""
    found = {"key": quote_plus(unquote_plus(sent["key"]), safe="/")}
    if not event_name.startswith("ObjectRemoved:"):
        found["size"] = sent.get("size", 0)
    etag = str(sent.get("eTag") or "").strip('"')
    if etag:
        found["eTag"] = etag
    if sent.get("versionId") not in (None, "null"):
        found["versionId"] = sent["versionId"]
    found["sequencer"] = sent.get("sequencer") or request[:18]
    known = {"key", "size", "eTag", "versionId", "sequencer"}
    return {**found, **{key: value for key, value in sent.items() if key not in known}}
