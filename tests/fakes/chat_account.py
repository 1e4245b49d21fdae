"""An account to run the handlers of chat in, and the events that API Gateway and DynamoDB's streams send them."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import yaml

REGION = "us-east-1"
ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "tests" / "events" / "lambda-events"
TABLES = ("users", "messages", "conversations", "connections", "sessions")
SECRETS = ("jwt-secret", "jwt-refresh-secret", "paging-secret")
_TABLE_SETTINGS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@dataclass(frozen=True)
class Account:
    """An account with the template's tables and the secrets; `name` is in all of their names."""

    endpoint: str
    name: str

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, **keys)  # type: ignore[call-overload]

    def table(self, kind: str) -> str:
        return f"{kind}-{self.name}"

    def variables(self) -> dict[str, str]:
        return {
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            **{f"DYNAMODB_{kind.upper()}_TABLE": self.table(kind) for kind in TABLES},
            "SECRETS_PATH": f"/chat/{self.name}",
            "TOKEN_ISSUER": "chat-test",
            "SESSION_CACHE_SECONDS": "0",
            "SOCKET_ENDPOINT": "http://127.0.0.1:9/live",
        }


def made(endpoint: str) -> Account:
    """What the template describes, under a name of its own."""
    account = Account(endpoint, uuid.uuid4().hex[:12])
    for kind in TABLES:
        described = _template()["Resources"][f"{kind.capitalize()}Table"]["Properties"]
        settings = {name: described[name] for name in _TABLE_SETTINGS if name in described}
        account.client("dynamodb").create_table(TableName=account.table(kind), **settings)
    for secret in SECRETS:
        name = f"/chat/{account.name}/{secret}"
        account.client("ssm").put_parameter(Name=name, Value=f"{secret}: thirty-two characters", Type="SecureString")
    for kind in TABLES:
        waiter = account.client("dynamodb").get_waiter("table_exists")
        waiter.wait(TableName=account.table(kind), WaiterConfig={"Delay": 1})
    return account


def _template() -> dict[str, Any]:
    read: dict[str, Any] = yaml.load((ROOT / "services/chat/template.yaml").read_text(), _Loader)
    return read


class _Loader(yaml.SafeLoader):
    """Reads intrinsics as nothing: tables have none in what is used of them."""


_Loader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


def http_event(route: str, body: object = None, caller: Mapping[str, str] | None = None, **path: str) -> dict[str, Any]:
    """AWS's recorded event of an HTTP API, for another request; `path` are the path's parameters."""
    event: dict[str, Any] = copy.deepcopy(json.loads((EVENTS / "apigw-v2-request-no-authorizer.json").read_text()))
    method, _, place = route.partition(" ")
    for name, value in path.items():
        place = place.replace(f"{{{name}}}", value)
    event |= {"routeKey": route, "rawPath": place, "isBase64Encoded": False}
    event["requestContext"] |= {"routeKey": route, "requestId": uuid.uuid4().hex, "stage": "$default"}
    event["requestContext"]["http"] |= {"method": method, "path": place}
    if caller is not None:
        event["requestContext"]["authorizer"] = {"lambda": dict(caller)}
    event["headers"] = {"host": "chat.example", "content-type": "application/json"}
    for name in ("body", "queryStringParameters", "pathParameters", "stageVariables"):
        event.pop(name, None)
    if path:
        event["pathParameters"] = dict(path)
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


def authorizer_event(token: str) -> dict[str, Any]:
    """AWS's recorded event of an HTTP API's Lambda authorizer, with another token."""
    event: dict[str, Any] = json.loads((EVENTS / "apigw-v2-custom-authorizer-v2-request.json").read_text())
    event["headers"] = {"authorization": f"Bearer {token}"}
    return event


def socket_event(
    name: str, connection_id: str, caller: Mapping[str, str] | None = None, **changed: Any
) -> dict[str, Any]:
    """AWS's recorded event of a WebSocket API (`request`, `request-send-message`, `request-disconnect`), changed."""
    event: dict[str, Any] = json.loads((EVENTS / f"apigw-websocket-{name}.json").read_text())
    event["requestContext"] |= {"connectionId": connection_id}
    event["requestContext"].pop("authorizer", None)
    if caller is not None:
        event["requestContext"]["authorizer"] = {"principalId": caller["userId"], **caller}
    return {**event, **changed}


def stream_event(images: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """AWS's recorded event of a table's stream, with other items: (INSERT or REMOVE, keys and attributes)."""
    event: dict[str, Any] = json.loads((EVENTS / "dynamodb-event.json").read_text())
    records = []
    for number, (name, item) in enumerate(images):
        record = copy.deepcopy(event["Records"][0])
        keys = {key: item[key] for key in ("conversationId", "entry")}
        record["eventName"] = name
        record["dynamodb"] |= {"Keys": keys, "SequenceNumber": str(number + 1)}
        record["dynamodb"].pop("OldImage", None)
        record["dynamodb"].pop("NewImage", None)
        record["dynamodb"]["NewImage" if name == "INSERT" else "OldImage"] = item
        records.append(record)
    return {"Records": records}
