"""A function whose cold start pays for boto3 and one client, as most handlers on AWS do."""

import json
import time
from typing import Any

import boto3

TABLE = boto3.client("dynamodb", region_name="us-east-1")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Proves that the client exists without calling anybody; `hold_s` in the event keeps the environment busy."""
    time.sleep(event.get("hold_s", 0))
    body = {"service": TABLE.meta.service_model.service_name}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
