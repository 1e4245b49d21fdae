"""SQS event source mappings on a real backend."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.clock import SystemClock
from emulator.cloud import Clients
from emulator.cloud.destination import DestinationClient
from emulator.cloud.queue_client import QueueClient
from emulator.cloud.stream_reader import StreamReader
from emulator.errors import TemplateError
from emulator.model import Function
from emulator.sources import Ports, Sources
from tests.fakes.embedded_backend import running_backend
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import function, queue_trigger, stack
from tests.fakes.waiting import wait_for


class Worker:
    """A queue of its own and the function that is fed from it."""

    def __init__(self, clients: Clients, state: Path, name: str) -> None:
        self._clients, self._state, self._name = clients, state, name
        self.sqs = clients.get("sqs")
        self.invoker = ScriptedInvoker()
        self.running: list[Sources] = []

    def create_queue(self, suffix: str = "", **attributes: str) -> str:
        name = f"{self._name}{suffix}"
        return str(self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])

    def arn(self, url: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(answer["Attributes"]["QueueArn"])

    def start(self, url: str, worker: Function | None = None, **values: Any) -> Sources:
        clients = self._clients
        ports = Ports(StreamReader(clients), QueueClient(clients), DestinationClient(clients), print)
        trigger = queue_trigger(source_arn=self.arn(url), **values)
        sources = Sources(
            stack(trigger, functions=[worker or function()]), self.invoker, ports, SystemClock(), self._state
        )
        self.running.append(sources)
        sources.start()
        return sources

    @property
    def records(self) -> list[dict[str, Any]]:
        return [record for event in list(self.invoker.events) for record in event["Records"]]

    @property
    def bodies(self) -> list[str]:
        return [record["body"] for record in self.records]

    def left(self, url: str) -> int:
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[*names])["Attributes"]
        return sum(int(found[name]) for name in names)


@pytest.fixture
def worker(clients: Clients, stack: str, tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(clients, tmp_path, stack)
    yield worker
    for sources in worker.running:
        sources.stop(3)


def eventually(condition: Callable[[], Any]) -> None:
    assert wait_for(condition, within_s=15.0)


def test_message_reaches_the_function_with_its_attributes_and_is_deleted(worker: Worker) -> None:
    url = worker.create_queue()
    worker.start(url)
    attributes = {
        "colour": {"DataType": "String", "StringValue": "red"},
        "blob": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    sent = worker.sqs.send_message(QueueUrl=url, MessageBody="hello", MessageAttributes=attributes)
    eventually(lambda: worker.bodies == ["hello"] and worker.left(url) == 0)
    (record,) = worker.records
    assert record["messageId"] == sent["MessageId"]
    assert record["md5OfBody"] == sent["MD5OfMessageBody"]
    assert record["md5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert record["messageAttributes"]["colour"]["stringValue"] == "red"
    assert record["messageAttributes"]["blob"]["binaryValue"] == "AP8="
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert (record["eventSource"], record["eventSourceARN"]) == ("aws:sqs", worker.arn(url))


def test_failed_message_comes_again_until_max_receive_count_and_then_is_in_the_dead_letter_queue(
    worker: Worker,
) -> None:
    dead = worker.create_queue("-dead")
    policy = json.dumps({"deadLetterTargetArn": worker.arn(dead), "maxReceiveCount": 3})
    url = worker.create_queue(VisibilityTimeout="1", RedrivePolicy=policy)
    worker.invoker.handler = lambda event: 1 / 0
    worker.start(url, function(timeout_s=1))
    worker.sqs.send_message(QueueUrl=url, MessageBody="bad")
    eventually(lambda: worker.left(dead) == 1)
    counts = [record["attributes"]["ApproximateReceiveCount"] for record in worker.records]
    assert counts == ["1", "2", "3"]
    assert worker.left(url) == 0


def test_only_reported_messages_come_again(worker: Worker) -> None:
    url = worker.create_queue(VisibilityTimeout="1")

    def handler(event: Any) -> Any:
        failed = [record for record in event["Records"] if record["body"] == "bad" and len(worker.records) <= 2]
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}

    worker.invoker.handler = handler
    for body in ("good", "bad"):
        worker.sqs.send_message(QueueUrl=url, MessageBody=body)
    worker.start(url, function(timeout_s=1), report_batch_item_failures=True)
    eventually(lambda: worker.left(url) == 0)
    assert sorted(worker.bodies) == ["bad", "bad", "good"]


def test_fifo_groups_keep_their_order_although_a_batch_fails(worker: Worker) -> None:
    url = worker.create_queue(".fifo", FifoQueue="true", VisibilityTimeout="1")
    failed = threading.Event()

    def handler(event: Any) -> None:
        if any(record["body"] == "a-3" for record in event["Records"]) and not failed.is_set():
            failed.set()
            raise ValueError("once")

    worker.invoker.handler = handler
    for number in range(6):
        for group in ("a", "b"):
            body = f"{group}-{number}"
            worker.sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=body)
    worker.start(url, function(timeout_s=1), batch_size=2)
    eventually(lambda: worker.left(url) == 0)
    assert failed.is_set()
    first_seen = list(dict.fromkeys(worker.bodies))
    for group in ("a", "b"):
        assert [body for body in first_seen if body[0] == group] == [f"{group}-{number}" for number in range(6)]


def test_filtered_out_messages_are_deleted(worker: Worker) -> None:
    url = worker.create_queue()
    for body in ('{"kind": "order"}', '{"kind": "other"}', "plain"):
        worker.sqs.send_message(QueueUrl=url, MessageBody=body)
    worker.start(url, filters=('{"body": {"kind": ["order"]}}',))
    eventually(lambda: worker.left(url) == 0)
    assert worker.bodies == ['{"kind": "order"}']


def test_stopped_mapping_leaves_what_it_collected_to_others_at_once(worker: Worker) -> None:
    url = worker.create_queue()
    sources = worker.start(url, window_s=300)
    worker.sqs.send_message(QueueUrl=url, MessageBody="a")
    hidden = ["ApproximateNumberOfMessagesNotVisible"]
    eventually(
        lambda: worker.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=hidden)["Attributes"][hidden[0]] == "1"
    )
    assert sources.stop()
    (message,) = worker.sqs.receive_message(QueueUrl=url)["Messages"]
    assert (message["Body"], worker.bodies) == ("a", [])


def test_batches_of_a_hundred_are_collected(worker: Worker) -> None:
    url = worker.create_queue()
    for start in range(0, 120, 10):
        entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(start, start + 10)]
        worker.sqs.send_message_batch(QueueUrl=url, Entries=entries)
    worker.start(url, batch_size=100, window_s=1)
    eventually(lambda: worker.left(url) == 0)
    assert len(set(worker.bodies)) == 120
    assert max(len(event["Records"]) for event in worker.invoker.events) > 10


def test_queue_hidden_for_less_than_the_functions_timeout_is_refused(worker: Worker) -> None:
    url = worker.create_queue(VisibilityTimeout="5")
    with pytest.raises(TemplateError, match="Queue visibility timeout: 5 seconds is less than Function timeout: 6"):
        worker.start(url, function(timeout_s=6))


def test_message_handled_while_the_backend_restarts_is_deleted_afterwards(tmp_path: Path) -> None:
    with running_backend(tmp_path) as backend:
        worker = Worker(Clients(backend.endpoints, region="us-east-1"), tmp_path, "restarts")
        url = worker.create_queue()

        restarted = threading.Event()

        def handler(event: Any) -> None:
            backend.stop()
            backend.start()
            restarted.set()

        worker.invoker.handler = handler
        worker.start(url)
        worker.sqs.send_message(QueueUrl=url, MessageBody="a")
        eventually(lambda: restarted.is_set() and worker.left(url) == 0)
        assert worker.running[0].stop()
    assert worker.bodies == ["a"]
