"""MiniStack's own triggers: its event source mappings, subscriptions, notifications and rules call its own Lambda."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.peers.ministack import ENDPOINT, MiniStack
from tests.bench.trigger_sources import client

HANDLER = Path(__file__).parents[1] / "app_triggers" / "src" / "mark.py"
ROLE = "arn:aws:iam::000000000000:role/bench"


def deploy(ministack: MiniStack, listener_port: int) -> Mapping[str, str]:
    """Start it and make of it what app_triggers/template.yaml describes; what `sources` needs to know."""
    ministack.launch()
    artifact = _artifact()
    arns = {name: _function(name, artifact, listener_port) for name in ("queue", "topic", "bucket", "table", "rule")}
    return {
        "Queue": _queue(arns["queue"]),
        "Topic": _topic(arns["topic"]),
        "Bucket": _bucket(arns["bucket"]),
        "Table": _table(arns["table"]),
        "Rule": _rule(arns["rule"]),
    }


def _function(name: str, artifact: bytes, listener_port: int) -> str:
    answer = client("lambda", ENDPOINT).create_function(
        FunctionName=f"on-{name}",
        Runtime="python3.11",
        Handler="mark.handler",
        Role=ROLE,
        Code={"ZipFile": artifact},
        Timeout=10,
        MemorySize=256,
        Environment={"Variables": {"LISTENER_PORT": str(listener_port)}},
    )
    return str(answer["FunctionArn"])


def _queue(function: str) -> str:
    sqs: Any = client("sqs", ENDPOINT)
    url = str(sqs.create_queue(QueueName="bench", Attributes={"VisibilityTimeout": "60"})["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("lambda", ENDPOINT).create_event_source_mapping(FunctionName=function, EventSourceArn=arn, BatchSize=10)
    return url


def _topic(function: str) -> str:
    sns: Any = client("sns", ENDPOINT)
    arn = str(sns.create_topic(Name="bench")["TopicArn"])
    sns.subscribe(TopicArn=arn, Protocol="lambda", Endpoint=function)
    return arn


def _bucket(function: str) -> str:
    s3: Any = client("s3", ENDPOINT)
    s3.create_bucket(Bucket="bench")
    configuration = {"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="bench", NotificationConfiguration={"LambdaFunctionConfigurations": [configuration]}
    )
    return "bench"


def _table(function: str) -> str:
    table = client("dynamodb", ENDPOINT).create_table(
        TableName="bench",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    client("lambda", ENDPOINT).create_event_source_mapping(
        FunctionName=function,
        EventSourceArn=table["TableDescription"]["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
        BatchSize=100,
    )
    return "bench"


def _rule(function: str) -> str:
    events: Any = client("events", ENDPOINT)
    events.put_rule(Name="bench", EventPattern='{"source": ["bench"]}')
    events.put_targets(Rule="bench", Targets=[{"Id": "function", "Arn": function}])
    return "bench"


def _artifact() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.write(HANDLER, "mark.py")
    return buffer.getvalue()
