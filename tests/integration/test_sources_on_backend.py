"""Sources against the embedded backend: nothing is lost when the service or the backend dies."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.backends import Backend
from emulator.clock import SystemClock
from emulator.cloud.clients import Clients
from emulator.cloud.destination import DestinationClient
from emulator.cloud.queue_client import QueueClient
from emulator.cloud.stream_reader import StreamReader
from emulator.sources import AsyncQueue, Ports, Sources
from tests.fakes.embedded_backend import running_backend, table_with_stream
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import function, stack, trigger
from tests.fakes.waiting import wait_for

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with running_backend(tmp_path_factory.mktemp("backend")) as backend:
        yield backend


@pytest.fixture
def clients(backend: Backend) -> Clients:
    return Clients(backend.endpoints, region="us-east-1")


@pytest.fixture
def ports(clients: Clients) -> Ports:
    return Ports(StreamReader(clients), QueueClient(clients), DestinationClient(clients), print)


def write(clients: Clients, table: str, *keys: str) -> None:
    for key in keys:
        clients.get("dynamodb").put_item(TableName=table, Item={"pk": {"S": key}})


def keys_of(invoker: ScriptedInvoker) -> list[str]:
    events = list(invoker.events)
    return [record["dynamodb"]["Keys"]["pk"]["S"] for event in events for record in event["Records"]]


def test_change_of_an_item_reaches_the_function_as_an_event(clients: Clients, ports: Ports, tmp_path: Path) -> None:
    arn = table_with_stream(clients, "Changes")
    invoker = ScriptedInvoker()
    sources = Sources(stack(trigger(source_arn=arn)), invoker, ports, SystemClock(), tmp_path)
    sources.start()
    table = clients.get("dynamodb")
    table.put_item(TableName="Changes", Item={"pk": {"S": "a"}, "data": {"B": b"\x00\xff"}})
    table.delete_item(TableName="Changes", Key={"pk": {"S": "a"}})
    assert wait_for(lambda: len(keys_of(invoker)) == 2)
    assert sources.stop()
    records = [record for event in invoker.events for record in event["Records"]]
    assert [record["eventName"] for record in records] == ["INSERT", "REMOVE"]
    assert records[0]["dynamodb"]["NewImage"]["data"] == {"B": "AP8="}
    assert isinstance(records[0]["dynamodb"]["ApproximateCreationDateTime"], int)
    assert {record["eventSourceARN"] for record in records} == {arn}


def test_discarded_batch_is_described_in_the_failure_queue(clients: Clients, ports: Ports, tmp_path: Path) -> None:
    arn = table_with_stream(clients, "Discards")
    queue_url = ports.queues.ensure("discards", {})
    invoker = ScriptedInvoker(lambda event: 1 / 0)
    failing = trigger(source_arn=arn, max_retries=1, on_failure="arn:aws:sqs:us-east-1:000000000000:discards")
    sources = Sources(stack(failing), invoker, ports, SystemClock(), tmp_path)
    sources.start()
    write(clients, "Discards", "a")
    (message,) = ports.queues.receive(queue_url, 1, 10, 30)
    sources.stop()
    assert json.loads(message.body)["DDBStreamBatchInfo"]["streamArn"] == arn
    assert len(invoker.events) == 2


def test_discarded_batch_goes_to_the_failure_bucket_with_its_records(
    clients: Clients, ports: Ports, tmp_path: Path
) -> None:
    arn, s3 = table_with_stream(clients, "Kept"), clients.get("s3")
    s3.create_bucket(Bucket="kept-failures")
    invoker = ScriptedInvoker(lambda event: 1 / 0)
    failing = trigger(source_arn=arn, max_retries=0, on_failure="arn:aws:s3:::kept-failures")
    sources = Sources(stack(failing), invoker, ports, SystemClock(), tmp_path)
    sources.start()
    write(clients, "Kept", "a")
    (listed,) = wait_for(lambda: s3.list_objects_v2(Bucket="kept-failures").get("Contents"))
    sources.stop()
    record = json.loads(s3.get_object(Bucket="kept-failures", Key=listed["Key"])["Body"].read())
    assert listed["Key"].startswith(f"aws/lambda/WorkerStream/{record['DDBStreamBatchInfo']['shardId']}/")
    assert json.loads(record["payload"]) == invoker.events[0]


def test_tumbling_window_counts_the_changes_of_a_table(clients: Clients, ports: Ports, tmp_path: Path) -> None:
    arn = table_with_stream(clients, "Windows")
    invoker = ScriptedInvoker(lambda event: {"state": {"n": event["state"].get("n", 0) + len(event["Records"])}})
    sources = Sources(stack(trigger(source_arn=arn, tumbling_window_s=2)), invoker, ports, SystemClock(), tmp_path)
    sources.start()
    write(clients, "Windows", *"abcde")

    def counted() -> int:
        return sum(event["state"]["n"] for event in list(invoker.events) if event["isFinalInvokeForWindow"])

    assert wait_for(lambda: counted() == 5)
    assert sources.stop()


def test_nothing_is_lost_while_the_backend_restarts(clients: Clients, ports: Ports, tmp_path: Path) -> None:
    with running_backend(tmp_path) as backend:
        own = Clients(backend.endpoints, region="us-east-1")
        own_ports = Ports(StreamReader(own), QueueClient(own), DestinationClient(own), print)
        arn = table_with_stream(own, "Restarts")
        invoker = ScriptedInvoker()
        sources = Sources(stack(trigger(source_arn=arn)), invoker, own_ports, SystemClock(), tmp_path)
        sources.start()
        write(own, "Restarts", "a", "b")
        assert wait_for(lambda: keys_of(invoker) == ["a", "b"])
        backend.stop()
        backend.start()
        write(own, "Restarts", "c")
        assert wait_for(lambda: "c" in keys_of(invoker))
        sources.stop()


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_asynchronous_event_goes_through_a_queue_on_the_backend(ports: Ports, tmp_path: Path, size: int) -> None:
    invoker = ScriptedInvoker()
    queue = AsyncQueue(stack(), invoker, ports, SystemClock(), tmp_path)
    queue.submit(function(), json.dumps({"text": "x" * size}).encode(), "request-1", "Root=1-0-0")
    assert invoker.events == []
    queue.start()
    assert wait_for(lambda: invoker.events == [{"text": "x" * size}])
    assert queue.stop()
    url = ports.queues.ensure("terrarium-demo-Worker-async", {})
    assert ports.queues.receive(url, 1, 0, 0) == []


def test_nothing_is_lost_when_the_service_is_killed_again_and_again(
    backend: Backend, clients: Clients, ports: Ports, tmp_path: Path
) -> None:
    arn = table_with_stream(clients, "Kills")
    handled = tmp_path / "handled"
    sender = AsyncQueue(stack(), ScriptedInvoker(), ports, SystemClock(), tmp_path)
    for number in range(30):
        write(clients, "Kills", f"item-{number}")
        sender.submit(function(), json.dumps({"id": f"event-{number}"}).encode(), f"r-{number}", "Root=1-0-0")
    expected = {f"item-{number}" for number in range(30)} | {f"event-{number}" for number in range(30)}

    def seen() -> list[str]:
        return [json.loads(line) for line in handled.read_text().splitlines()] if handled.exists() else []

    for done in (10, 25, 40, 60):
        command = [sys.executable, "-m", "tests.integration.sources_process", str(backend.endpoints.default), arn]
        process = subprocess.Popen([*command, str(tmp_path), str(handled), "0.05"], cwd=ROOT)
        try:
            assert wait_for(lambda done=done: len(set(seen())) >= done, within_s=60)  # type: ignore[misc]
        finally:
            process.kill()
            process.wait()
    assert set(seen()) == expected
    items = [name for name in dict.fromkeys(seen()) if name.startswith("item-")]
    assert items == [f"item-{number}" for number in range(30)]
