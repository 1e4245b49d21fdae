"""An account to run the shortener's handlers in, and the events that API Gateway sends them."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

REGION = "us-east-1"
EVENTS = Path(__file__).parents[1] / "events" / "lambda-events"
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True)
class Account:
    """An account with one table, one bucket and the secrets."""

    endpoint: str
    table: str
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
            "TABLE_NAME": self.table,
            "EVENTS_BUCKET": self.bucket,
            "SECRETS_PATH": f"/shortener/{self.stage}",
            "TOKEN_ISSUER": f"shortener-{self.stage}",
            "TOKEN_AUDIENCE": "shortener",
            "HOT_CODE_SECONDS": "0",
        }

    def stream(self) -> list[dict[str, Any]]:
        """Everything the table's stream holds, as a Lambda event's records."""
        table = self.client("dynamodb").describe_table(TableName=self.table)["Table"]
        streams = self.client("dynamodbstreams")
        records: list[dict[str, Any]] = []
        shards = streams.describe_stream(StreamArn=table["LatestStreamArn"])["StreamDescription"]["Shards"]
        for shard in shards:
            where = {"StreamArn": table["LatestStreamArn"], "ShardId": shard["ShardId"]}
            iterator = streams.get_shard_iterator(**where, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            while iterator:
                answer = streams.get_records(ShardIterator=iterator)
                records += answer["Records"]
                iterator = answer.get("NextShardIterator") if answer["Records"] else None
        return records


def http_event(
    route: str,
    *,
    code: str | None = None,
    body: object = None,
    user: str | None = "ada",
    role: str = "user",
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
) -> dict[str, Any]:
    """AWS's recorded event of an HTTP API with a Lambda authorizer, for another request."""
    event: dict[str, Any] = copy.deepcopy(json.loads((EVENTS / "apigw-v2-request-lambda-authorizer.json").read_text()))
    method, path = route.split(" ")
    path = path.replace("{code}", code or "")
    event |= {"routeKey": route, "rawPath": path, "isBase64Encoded": False}
    event["requestContext"] |= {"routeKey": route, "requestId": uuid.uuid4().hex, "domainName": "short.example"}
    event["requestContext"]["http"] |= {"method": method, "path": path, "sourceIp": "203.0.113.7"}
    event["requestContext"]["authorizer"] = {"lambda": {"userId": user, "role": role}}
    event["headers"] = {"host": "short.example", "content-type": "application/json", **(headers or {})}
    for name in ("body", "queryStringParameters", "pathParameters"):
        event.pop(name, None)
    if code is not None:
        event["pathParameters"] = {"code": code}
    if query:
        event["queryStringParameters"] = query
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event
