"""Records of asynchronous events arrive at every kind of destination, on a real backend."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.clock import SystemClock
from emulator.cloud import Clients, DestinationClient, QueueClient, StreamReader
from emulator.model import AsyncConfig
from emulator.sources import AsyncQueue, Ports
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import function, stack
from tests.fakes.waiting import wait_for

ACCOUNT = "000000000000"


class Post:
    """Destinations of one test on the backend, each with a queue behind it where one can look."""

    def __init__(self, clients: Clients) -> None:
        self.clients, self.queues = clients, QueueClient(clients)
        self.name = f"d{uuid.uuid4().hex[:10]}"
        self.inbox = self.queues.ensure(self.name, {})
        self.queue_arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{self.name}"

    def topic(self) -> str:
        sns = self.clients.get("sns")
        arn = str(sns.create_topic(Name=self.name)["TopicArn"])
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=self.queue_arn)
        return arn

    def bus(self) -> str:
        events = self.clients.get("events")
        arn = str(events.create_event_bus(Name=self.name)["EventBusArn"])
        pattern = json.dumps({"source": ["lambda"]})
        events.put_rule(Name=self.name, EventBusName=self.name, EventPattern=pattern)
        events.put_targets(Rule=self.name, EventBusName=self.name, Targets=[{"Id": "inbox", "Arn": self.queue_arn}])
        return arn

    def bucket(self) -> str:
        self.clients.get("s3").create_bucket(Bucket=self.name)
        return f"arn:aws:s3:::{self.name}"

    def arrived(self) -> Any:
        (message,) = self.queues.receive(self.inbox, 1, 10, 30)
        return message


@pytest.fixture
def post(clients: Clients) -> Post:
    return Post(clients)


def ok(event: Any) -> Any:
    return {"sum": 3}


def fail(event: Any) -> Any:
    raise ValueError("no sum")


def run_once(post: Post, state: Path, handler: Callable[[Any], Any], **config: Any) -> ScriptedInvoker:
    """One asynchronous event to its end."""
    invoker = ScriptedInvoker(handler)
    ports = Ports(StreamReader(post.clients), post.queues, DestinationClient(post.clients), print)
    worker = function(async_config=AsyncConfig(max_retries=0, **config))
    # Other tests share the backend: a stack of our own has a queue of its own.
    here = stack(functions=[worker, function("Other")], name=post.name)
    queue = AsyncQueue(here, invoker, ports, SystemClock(), state)
    queue.submit(worker, b'{"a": 1, "b": 2}', "request-1", "Root=1-0-0")
    queue.start()
    expected = 2 if function("Other").arn in config.values() else 1
    try:
        assert wait_for(lambda: len(invoker.invocations) >= expected)
        return invoker
    finally:
        assert queue.stop()


def check(record: dict[str, Any], condition: str) -> None:
    """The invocation record as AWS documents it."""
    assert record.pop("version") == "1.0"
    assert record.pop("timestamp").endswith("Z")
    failed = condition != "Success"
    assert record == {
        "requestContext": {
            "requestId": "request-1",
            "functionArn": f"{function().arn}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"a": 1, "b": 2},
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            **({"functionError": "Unhandled"} if failed else {}),
        },
        "responsePayload": {"errorMessage": "no sum", "errorType": "ValueError"} if failed else {"sum": 3},
    }


WAYS = pytest.mark.parametrize(
    ("handler", "property", "condition"),
    [(ok, "on_success", "Success"), (fail, "on_failure", "RetriesExhausted")],
    ids=["on success", "on failure"],
)


@WAYS
def test_queue_gets_the_record_as_its_message(
    post: Post, tmp_path: Path, handler: Any, property: str, condition: str
) -> None:
    run_once(post, tmp_path, handler, **{property: post.queue_arn})
    check(json.loads(post.arrived().body), condition)


@WAYS
def test_topic_gets_the_record_as_its_message(
    post: Post, tmp_path: Path, handler: Any, property: str, condition: str
) -> None:
    run_once(post, tmp_path, handler, **{property: post.topic()})
    notification = json.loads(post.arrived().body)
    assert notification["Type"] == "Notification"
    check(json.loads(notification["Message"]), condition)


@WAYS
def test_bus_gets_an_event_that_says_how_the_invocation_ended(
    post: Post, tmp_path: Path, handler: Any, property: str, condition: str
) -> None:
    bus = post.bus()
    run_once(post, tmp_path, handler, **{property: bus})
    event = json.loads(post.arrived().body)
    check(event.pop("detail"), condition)
    assert event.pop("id")
    assert event.pop("time").endswith("Z")
    assert event == {
        "version": "0",
        "source": "lambda",
        "detail-type": f"Lambda Function Invocation Result - {'Success' if condition == 'Success' else 'Failure'}",
        "account": ACCOUNT,
        "region": "us-east-1",
        "resources": [bus, f"{function().arn}:$LATEST"],
    }


def test_function_gets_the_record_as_its_event_on_success(post: Post, tmp_path: Path) -> None:
    invoker = run_once(post, tmp_path, ok, on_success=function("Other").arn)
    assert invoker.invocations[1].function.logical_id == "Other"
    check(invoker.events[1], "Success")


def test_function_gets_the_record_as_its_event_on_failure(post: Post, tmp_path: Path) -> None:
    def handler(event: Any) -> Any:
        return fail(event) if "a" in event else None

    invoker = run_once(post, tmp_path, handler, on_failure=function("Other").arn)
    assert invoker.invocations[1].function.logical_id == "Other"
    check(invoker.events[1], "RetriesExhausted")


def test_bucket_gets_the_record_as_an_object_on_failure(post: Post, tmp_path: Path) -> None:
    bucket = post.bucket()
    run_once(post, tmp_path, fail, on_failure=bucket)
    s3 = post.clients.get("s3")
    (listed,) = s3.list_objects_v2(Bucket=post.name)["Contents"]
    assert listed["Key"].startswith("aws/lambda/async/demo-Worker/")
    check(json.loads(s3.get_object(Bucket=post.name, Key=listed["Key"])["Body"].read()), "RetriesExhausted")


def test_dead_letter_queue_gets_the_event_itself_with_the_error_as_attributes(post: Post, tmp_path: Path) -> None:
    run_once(post, tmp_path, fail, dead_letter_arn=post.queue_arn)
    message = post.arrived()
    assert message.body == '{"a": 1, "b": 2}'
    told = {name: (value["DataType"], value["StringValue"]) for name, value in message.message_attributes.items()}
    assert told == {
        "RequestID": ("String", "request-1"),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", "no sum"),
    }


def test_dead_letter_topic_gets_the_event_itself_with_the_error_as_attributes(post: Post, tmp_path: Path) -> None:
    run_once(post, tmp_path, fail, dead_letter_arn=post.topic())
    notification = json.loads(post.arrived().body)
    assert notification["Message"] == '{"a": 1, "b": 2}'
    assert notification["MessageAttributes"]["ErrorCode"] == {"Type": "Number", "Value": "200"}


def test_record_too_large_for_a_topic_arrives_without_its_payloads(post: Post, tmp_path: Path) -> None:
    def large(event: Any) -> Any:
        raise ValueError("x" * 300_000)

    run_once(post, tmp_path, large, on_failure=post.topic())
    record = json.loads(json.loads(post.arrived().body)["Message"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert "requestPayload" not in record
    assert "responsePayload" not in record
