"""Answers with two fields of the event: what remains of a request's cost is the platform's."""

import json
from typing import Any

VERSION = "as committed"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """HTTP API payload 2.0 in, a JSON answer out; an event without a request gives `path: null`."""
    body = {"path": event.get("rawPath"), "version": VERSION}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
