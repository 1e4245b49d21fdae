"""An account to run the handlers of assets in, and the events that S3 and API Gateway send them."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import boto3

REGION = "us-east-1"
EVENTS = Path(__file__).parents[1] / "events" / "lambda-events"
Handler = Callable[[dict[str, Any], Any], Any]


@dataclass(frozen=True)
class Account:
    """An account with both tables, the bucket and the secret."""

    endpoint: str
    users_table: str
    assets_table: str
    bucket: str
    stage: str

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, **keys)  # type: ignore[call-overload]

    def variables(self) -> dict[str, str]:
        return {
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "USERS_TABLE": self.users_table,
            "ASSETS_TABLE": self.assets_table,
            "ASSETS_BUCKET": self.bucket,
            "SECRETS_PATH": f"/assets/{self.stage}",
        }


def http_event(
    route: str,
    *,
    body: object = None,
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    **path: str,
) -> dict[str, Any]:
    """AWS's recorded event of an HTTP API, for another request; `path` are the path's parameters."""
    event: dict[str, Any] = copy.deepcopy(json.loads((EVENTS / "apigw-v2-request-no-authorizer.json").read_text()))
    method, _, place = route.partition(" ")
    for name, value in path.items():
        place = place.replace(f"{{{name}}}", value)
    event |= {"routeKey": route, "rawPath": place, "isBase64Encoded": False}
    event["requestContext"] |= {"routeKey": route, "requestId": uuid.uuid4().hex, "stage": "$default"}
    event["requestContext"]["http"] |= {"method": method, "path": place}
    event["headers"] = {"host": "assets.example", "content-type": "application/json", **(headers or {})}
    for name in ("body", "queryStringParameters", "pathParameters", "stageVariables"):
        event.pop(name, None)
    if path:
        event["pathParameters"] = dict(path)
    if query:
        event["queryStringParameters"] = query
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


def s3_event(key: str, etag: str, sequencer: str = "0A1B2C3D4E5F678901", size: int = 1) -> dict[str, Any]:
    """AWS's recorded S3 event, for another object: keys come URL-encoded."""
    event: dict[str, Any] = copy.deepcopy(json.loads((EVENTS / "s3-event.json").read_text()))
    event["Records"][0]["s3"]["object"] |= {
        "key": quote_plus(key, safe="/"),
        "eTag": etag,
        "sequencer": sequencer,
        "size": size,
    }
    return event
